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

/**
 * Names at their lines' ends, none over another: pushed down where they meet, then up again where they would leave the
 * chart. Those that end up far from their line are left out.
 */
export function placeLabels(
  ends: ReadonlyArray<{ readonly line: number; readonly y: number }>,
  top: number,
  bottom: number,
): Placed[] {
  const sorted = ends.slice(0, MOST_LABELS).toSorted((a, b) => a.y - b.y);
  const at: number[] = [];
  let free = top;
  for (const { y } of sorted) {
    const next = Math.max(y, free);
    at.push(next);
    free = next + LABEL_PX;
  }
  let limit = bottom;
  for (let index = at.length - 1; index >= 0; index -= 1) {
    at[index] = Math.min(at[index] ?? limit, limit);
    limit = (at[index] ?? limit) - LABEL_PX;
  }
  return sorted.flatMap(({ line, y }, index) => {
    const placed = at[index] ?? y;
    return Math.abs(placed - y) > FAR_PX || placed < top ? [] : [{ line, y: placed }];
  });
}

const LETTER_PX = 6.4;
const GUTTER_MOST_PX = 168;
/** Narrower charts have no room beside the lines; there the names stand above the lines' ends. */
const GUTTER_FROM_PX = 640;
const GAP_PX = 8;

/** Room for the names to the right of the lines. */
export function gutterOf(lines: readonly Pick<Line, 'label'>[], width: number): number {
  if (width < GUTTER_FROM_PX) return 0;
  const longest = lines.reduce((most, { label }) => Math.max(most, label.length), 0);
  return Math.ceil(Math.min(GUTTER_MOST_PX, longest * LETTER_PX + GAP_PX + 4));
}

const cut = (text: string, px: number): string => {
  const most = Math.floor(px / LETTER_PX);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
};

export function paintLabels(
  u: uPlot,
  lines: readonly Line[],
  hidden: ReadonlySet<string>,
  gutter: number,
): void {
  const ratio = window.devicePixelRatio || 1;
  const ends = lines.flatMap((line, at) => {
    if (line.last === null || hidden.has(line.label)) return [];
    const y = u.valToPos(line.last, 'y', true) / ratio;
    return [{ line: at, y: gutter > 0 ? y : y - LABEL_PX * 0.75 }];
  });
  const { ctx } = u;
  const right = u.bbox.left + u.bbox.width;
  const x = gutter > 0 ? right + GAP_PX * ratio : right - 6 * ratio;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = monoFont(FONT_PX * ratio);
  ctx.textAlign = gutter > 0 ? 'left' : 'right';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 4 * ratio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = token('--bg');
  for (const { line, y } of placeLabels(ends, 8, (u.bbox.top + u.bbox.height) / ratio - 2)) {
    const one = lines[line];
    if (one === undefined) continue;
    const text = cut(one.label, gutter > 0 ? gutter - GAP_PX : GUTTER_MOST_PX);
    ctx.strokeText(text, x, y * ratio);
    ctx.fillStyle = token(`--h${String(one.hue)}`);
    ctx.fillText(text, x, y * ratio);
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
