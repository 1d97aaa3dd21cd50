// What is drawn over uPlot's lines: names at the lines' ends, exemplars as hollow diamonds.

import type uPlot from 'uplot';
import { monoFont, token } from '../../lib/canvas.ts';
import type { Diamond, Line } from './lines.ts';

const FONT_PX = 10.5;
const LABEL_PX = 14;
/** A name further than this from its line would mislead. */
const FAR_PX = 30;
const MOST_LABELS = 12;

export interface Placed {
  readonly line: number;
  /** Middle of the text. */
  readonly y: number;
}

/** Names above their lines' ends, none over another; those that would be far from their line are left out. */
export function placeLabels(
  ends: ReadonlyArray<{ readonly line: number; readonly y: number }>,
  top: number,
  bottom: number,
): Placed[] {
  const placed: Placed[] = [];
  let free = top;
  for (const { line, y } of ends.toSorted((a, b) => a.y - b.y)) {
    const wanted = y - LABEL_PX * 0.75;
    const at = Math.max(wanted, free);
    if (at - wanted > FAR_PX || at > bottom || placed.length >= MOST_LABELS) continue;
    placed.push({ line, y: at });
    free = at + LABEL_PX;
  }
  return placed;
}

export function paintLabels(u: uPlot, lines: readonly Line[], hidden: ReadonlySet<string>): void {
  const ratio = window.devicePixelRatio || 1;
  const ends = lines.flatMap((line, at) => {
    if (line.last === null || hidden.has(line.label)) return [];
    return [{ line: at, y: u.valToPos(line.last, 'y', true) / ratio }];
  });
  const { ctx } = u;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = monoFont(FONT_PX * ratio);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 4 * ratio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = token('--bg');
  const right = u.bbox.left + u.bbox.width - 6 * ratio;
  for (const { line, y } of placeLabels(ends, 8, (u.bbox.top + u.bbox.height) / ratio - 4)) {
    const one = lines[line];
    if (one === undefined) continue;
    const text = one.label.length > 48 ? `${one.label.slice(0, 47)}…` : one.label;
    ctx.strokeText(text, right, y * ratio);
    ctx.fillStyle = token(`--h${String(one.hue)}`);
    ctx.fillText(text, right, y * ratio);
  }
  ctx.restore();
}

export function paintDiamonds(
  u: uPlot,
  diamonds: readonly Diamond[],
  lines: readonly Line[],
  marked: number | null,
): void {
  const ratio = window.devicePixelRatio || 1;
  const { ctx } = u;
  ctx.save();
  ctx.setLineDash([]);
  ctx.fillStyle = token('--bg');
  for (const { exemplar, line, seconds, value } of diamonds) {
    const x = u.valToPos(seconds, 'x', true);
    const y = u.valToPos(value, 'y', true);
    const on = exemplar === marked;
    if (on) {
      ctx.strokeStyle = token('--focus');
      ctx.lineWidth = 2 * ratio;
      ctx.beginPath();
      ctx.arc(x, y, 8 * ratio, 0, 7);
      ctx.stroke();
    }
    const r = (on ? 4.5 : 4) * ratio;
    ctx.strokeStyle = token(`--h${String(lines[line]?.hue ?? 0)}`);
    ctx.lineWidth = 1.5 * ratio;
    ctx.beginPath();
    ctx.moveTo(x, y - r);
    ctx.lineTo(x + r, y);
    ctx.lineTo(x, y + r);
    ctx.lineTo(x - r, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

const NEAR_PX = 10;

/** The diamond nearest to a point of the plot's area, in CSS pixels. */
export function diamondAt(
  u: uPlot,
  diamonds: readonly Diamond[],
  x: number,
  y: number,
): { readonly diamond: Diamond; readonly x: number; readonly y: number } | null {
  let best: { diamond: Diamond; x: number; y: number } | null = null;
  let nearest = NEAR_PX;
  for (const diamond of diamonds) {
    const at = { x: u.valToPos(diamond.seconds, 'x'), y: u.valToPos(diamond.value, 'y') };
    const far = Math.hypot(at.x - x, at.y - y);
    if (far > nearest) continue;
    nearest = far;
    best = { diamond, ...at };
  }
  return best;
}
