// Paints the bars of the rows between two heights, and the throughline over them. Everything off that window is left
// out, so a paint costs what is seen, whatever the size of the trace.

import type { TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { kindFill, monoFont, token } from '../../../lib/canvas.ts';
import { duration } from '../../../../../src/base/format/duration.ts';
import { hueOf } from '../../../lib/service/hue.ts';
import { calls, peerOf, whoOf } from './labels.ts';
import { rowAt, type Row } from './rows.ts';
import { RUN_KINDS, type RunIndex, type Runs } from './runs.ts';
import type { Scale, Tick } from './scale.ts';
import { linePoints, underlines, type Bend } from './throughline.ts';
import { Dust } from './dust.ts';

export interface Scene {
  readonly spans: TraceSpans;
  readonly notes: readonly TraceNote[];
  readonly logs: ReadonlyArray<{ readonly at: number; readonly level: string }>;
  readonly rows: readonly Row[];
  readonly tops: Float64Array;
  readonly runs: Runs;
  readonly runIndex: RunIndex;
  readonly bends: readonly Bend[];
  readonly onPath: Uint8Array;
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
  readonly wide: boolean;
  readonly showPath: boolean;
  /** ns: where the answer left. */
  readonly answer: number;
  readonly arriving: boolean;
  /** Spans whose duration is written beside their bar. */
  readonly told: ReadonlySet<number>;
  /** A part that is pointed at; the others are dimmed. -1: none. */
  readonly part: number;
}

const TINT = 0.2;
const TINT_OFF_PATH = 0.32;
const LEAST_BAR_PX = 1.5;
const DIMMED = 0.25;

interface Brush {
  readonly c: CanvasRenderingContext2D;
  readonly scene: Scene;
  readonly from: number;
  readonly to: number;
  readonly barHeight: number;
  readonly barTop: number;
}

/** Rows first..last are visible between the heights `from` and `to`; the context's origin is at height `from`. */
export function paint(c: CanvasRenderingContext2D, scene: Scene, from: number, to: number): void {
  const brush: Brush = {
    c,
    scene,
    from,
    to,
    barHeight: scene.wide ? 12 : 8,
    barTop: scene.wide ? 6 : 26,
  };
  const first = rowAt(scene.tops, from);
  const last = Math.min(scene.rows.length - 1, rowAt(scene.tops, to));
  c.save();
  c.translate(0, -from);
  if (scene.wide) paintGrid(brush);
  for (let at = first; at <= last; at += 1) paintRow(brush, at);
  if (scene.showPath) {
    paintRuns(brush, first, last);
    paintLine(brush);
  }
  if (scene.wide) for (let at = first; at <= last; at += 1) paintText(brush, at);
  c.restore();
}

function paintGrid({ c, scene, from, to }: Brush): void {
  const { scale, ticks } = scene;
  c.lineWidth = 1;
  c.strokeStyle = token('--line-soft');
  for (const tick of ticks) vertical(c, tick.x, from, to);
  const x = Math.round(scale.x(scene.answer)) + 0.5;
  if (x > scale.width) return;
  c.fillStyle = token('--surface-3');
  c.globalAlpha = 0.55;
  c.fillRect(Math.max(0, x), from, scale.width - Math.max(0, x), to - from);
  c.globalAlpha = 1;
  c.strokeStyle = token('--line-strong');
  c.setLineDash([3, 3]);
  vertical(c, x, from, to);
  c.setLineDash([]);
}

function vertical(c: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  const sharp = Math.round(x) + 0.5;
  c.beginPath();
  c.moveTo(sharp, from);
  c.lineTo(sharp, to);
  c.stroke();
}

const hue = (number: number): string => token(`--h${String(hueOf(number))}`);

function hueOfService({ spans }: Scene, at: number): string {
  const service = spans.services[at];
  return service === undefined ? token('--text-3') : hue(service.number);
}

function paintRow(brush: Brush, at: number): void {
  const { scene } = brush;
  const row = scene.rows[at];
  if (row === undefined || row.kind === 'note') return;
  if (row.kind === 'log') {
    // Narrow, it would lie over the message.
    if (scene.wide) paintDiamond(brush, at, row.log);
    return;
  }
  const members = row.kind === 'fold' && !row.open ? row.members : [row.span];
  if (row.kind === 'fold' && row.open) return;
  const alpha = scene.showPath && scene.onPath[at] === 1 ? TINT : TINT_OFF_PATH;
  let drawnTo = Number.NEGATIVE_INFINITY;
  for (const span of members) {
    const start = scene.spans.start[span] ?? 0;
    const x1 = scene.scale.x(start);
    const x2 = Math.max(
      x1 + LEAST_BAR_PX,
      scene.scale.x(start + (scene.spans.duration[span] ?? 0)),
    );
    // Thousands of members fold into few pixels: what is covered already is not drawn again.
    if (x2 <= drawnTo + 0.25 || x1 > scene.scale.width || x2 < 0) continue;
    drawnTo = x2;
    bar(brush, at, x1, x2, hue(whoOf(scene.spans, span).number), alpha);
  }
}

function bar(
  { c, scene, barHeight, barTop }: Brush,
  at: number,
  x1: number,
  x2: number,
  colour: string,
  alpha: number,
): void {
  const y = (scene.tops[at] ?? 0) + barTop;
  // Zoomed in, a bar may be kilometres wide: draw the part that is seen.
  const left = Math.max(x1, -4);
  const width = Math.min(x2, scene.scale.width + 4) - left;
  c.fillStyle = colour;
  c.globalAlpha = alpha;
  c.fillRect(left, y, width, barHeight);
  c.globalAlpha = Math.min(1, alpha * 2.6);
  c.strokeStyle = colour;
  c.lineWidth = 1;
  if (width > 3) c.strokeRect(left + 0.5, y + 0.5, width - 1, barHeight - 1);
  c.globalAlpha = 1;
}

function paintDiamond({ c, scene, barTop }: Brush, at: number, log: number): void {
  const line = scene.logs[log];
  if (line === undefined) return;
  const x = scene.scale.x(line.at);
  const y = (scene.tops[at] ?? 0) + barTop + 6;
  c.fillStyle = token(
    line.level === 'error' || line.level === 'fatal'
      ? '--error'
      : line.level === 'warn'
        ? '--warn'
        : '--text-3',
  );
  c.beginPath();
  c.moveTo(x, y - 5);
  c.lineTo(x + 5, y);
  c.lineTo(x, y + 5);
  c.lineTo(x - 5, y);
  c.fill();
}

function paintRuns(brush: Brush, first: number, last: number): void {
  const { scene } = brush;
  const fills = new Map<string, string | CanvasPattern>();
  const { order, from } = scene.runIndex;
  for (let row = first; row <= last; row += 1) {
    const dust = new Dust(scene.scale.width);
    for (let at = from[row] ?? 0; at < (from[row + 1] ?? 0); at += 1) {
      paintRun(brush, order[at] ?? 0, fills, dust);
    }
    paintDust(brush, row, dust);
  }
  brush.c.globalAlpha = 1;
}

function paintRun(
  brush: Brush,
  run: number,
  fills: Map<string, string | CanvasPattern>,
  dust: Dust,
): void {
  const { c, scene, barHeight, barTop } = brush;
  const { runs } = scene;
  const x1 = Math.max(scene.scale.x(runs.start[run] ?? 0), -4);
  const x2 = Math.min(scene.scale.x(runs.end[run] ?? 0), scene.scale.width + 4);
  if (x2 < -4 || x1 > scene.scale.width + 4) return;
  const width = x2 - x1;
  const alpha = scene.part < 0 || scene.part === runs.part[run] ? 1 : DIMMED;
  const colour = hueOfService(scene, runs.who[run] ?? -1);
  if (width < LEAST_BAR_PX) {
    dust.add(x1, width, colour, alpha);
    return;
  }
  const row = runs.row[run] ?? 0;
  const kind = RUN_KINDS[runs.kind[run] ?? 0] ?? 'own';
  const y = (scene.tops[row] ?? 0) + barTop;
  c.lineWidth = 1;
  c.globalAlpha = alpha;
  if (kind === 'none') {
    c.strokeStyle = token('--text-2');
    c.setLineDash([4, 3]);
    c.strokeRect(x1 + 0.5, y + 0.5, width - 1, barHeight - 1);
    c.setLineDash([]);
    return;
  }
  const key = kind + colour;
  const fill = fills.get(key) ?? kindFill(c, kind, colour);
  fills.set(key, fill);
  c.fillStyle = fill;
  // Blocks of a fold stay apart while there is room.
  c.fillRect(x1, y, scene.rows[row]?.kind === 'fold' && width > 4 ? width - 1 : width, barHeight);
  if (kind === 'own' || width <= 4) return;
  c.strokeStyle = colour;
  c.strokeRect(x1 + 0.5, y + 0.5, width - 1, barHeight - 1);
}

/** A lone stretch too short to see is drawn this wide; many of them show how much of each pixel they fill. */
const LONE_ALPHA = 1;
const LEAST_ALPHA = 0.3;

function paintDust({ c, scene, barHeight, barTop }: Brush, row: number, dust: Dust): void {
  const y = (scene.tops[row] ?? 0) + barTop;
  for (const speck of dust.specks()) {
    c.fillStyle = speck.colour;
    c.globalAlpha =
      speck.alpha * (speck.lone ? LONE_ALPHA : Math.min(1, Math.max(LEAST_ALPHA, speck.cover)));
    c.fillRect(speck.x, y, speck.lone ? LEAST_BAR_PX : 1, barHeight);
  }
}

const LINE_PX = 1.75;
const CASING_PX = 4.5;

function paintLine(brush: Brush): void {
  const { c, scene, barHeight, barTop } = brush;
  const { x } = scene.scale;
  const y = (row: number): number => (scene.tops[row] ?? 0) + barTop + barHeight + 1.5;
  c.beginPath();
  if (scene.wide) {
    linePoints(scene.bends, x, y, 0, scene.answer).forEach(([px, py], at) => {
      if (at === 0) c.moveTo(px, py);
      else c.lineTo(px, py);
    });
  } else
    for (const [[x1, y1], [x2, y2]] of underlines(scene.bends, x, y)) {
      c.moveTo(x1, y1);
      c.lineTo(x2, y2);
    }
  c.lineJoin = 'round';
  c.lineCap = 'butt';
  c.strokeStyle = token('--bg');
  c.lineWidth = CASING_PX;
  c.stroke();
  c.strokeStyle = token('--crit');
  c.lineWidth = LINE_PX;
  c.stroke();
  if (scene.arriving && scene.wide) paintOpenEnd(brush);
}

/** More may come: the right edge is dashed. */
function paintOpenEnd({ c, scene, from, to }: Brush): void {
  c.strokeStyle = token('--text-3');
  c.lineWidth = 1;
  c.setLineDash([2, 4]);
  vertical(c, scene.scale.width - 1.5, from, to);
  c.setLineDash([]);
}

function paintText(brush: Brush, at: number): void {
  const { c, scene } = brush;
  const told = textOf(scene, at);
  if (told === null) return;
  const { scale } = scene;
  const x1 = scale.x(told.start);
  const x2 = scale.x(told.end);
  if (x2 < 0 || x1 > scale.width) return;
  const answer = scale.x(scene.answer);
  c.font = monoFont(11);
  c.textBaseline = 'middle';
  const width = c.measureText(told.text).width;
  let x = x2 + 8;
  // No room on the right, or it would lie over the answer's line: on the left.
  if (x + width > scale.width - 8 || (x2 < answer && x + width > answer - 6)) x = x1 - width - 8;
  if (x < 2) return;
  const top = scene.tops[at] ?? 0;
  c.fillStyle = token('--bg');
  c.fillRect(x - 3, top + 5, width + 6, 14);
  c.fillStyle = token(told.error ? '--error' : '--text-2');
  c.fillText(told.text, x, top + 12.5);
}

interface Told {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly error: boolean;
}

/** Durations are written only where they inform: the culprit, notes, folds. */
function textOf(scene: Scene, at: number): Told | null {
  const row = scene.rows[at];
  if (row === undefined || row.kind === 'log') return null;
  const { spans } = scene;
  if (row.kind === 'note') {
    const note = scene.notes[row.note];
    if (note === undefined || note.start === null || note.end === null || note.end <= note.start)
      return null;
    return {
      text: duration(note.end - note.start),
      start: note.start,
      end: note.end,
      error: false,
    };
  }
  if (row.kind === 'fold') return row.open ? null : foldText(scene, row.members);
  if (!scene.told.has(row.span)) return null;
  const start = spans.start[row.span] ?? 0;
  const length = spans.duration[row.span] ?? 0;
  return {
    text: duration(length),
    start,
    end: start + length,
    error: spans.status[row.span] === 2,
  };
}

const TOUCH_SHARE = 0.02;

function foldText({ spans, scale }: Scene, members: readonly number[]): Told {
  const start = spans.start[members[0] ?? 0] ?? 0;
  let end = start;
  let overlaps = false;
  for (const member of members) {
    const begin = spans.start[member] ?? 0;
    const length = spans.duration[member] ?? 0;
    // Clocks and rounding may let neighbours touch.
    if (begin < end - length * TOUCH_SHARE) overlaps = true;
    end = Math.max(end, begin + length);
  }
  const noun = calls(spans, members[0] ?? 0)
    ? peerOf(spans, members[0] ?? 0)?.outside === true
      ? 'times'
      : 'calls'
    : 'times';
  const shown = scale.x(end) - scale.x(start) >= 24 && !overlaps;
  return {
    text: shown
      ? `${String(members.length)} ${noun}, never two at once`
      : `${String(members.length)} ${noun}`,
    start,
    end,
    error: false,
  };
}
