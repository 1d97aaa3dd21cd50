// uPlot's options: colours from tokens, axes in the metric's unit and the reader's zone, drag zooms.

import type uPlot from 'uplot';
import { monoFont, token } from '../../lib/canvas.ts';
import { axisMoments } from '../../lib/format/axis-moments.ts';
import { axisQuantity, type Unit } from '../../lib/format/quantity.ts';
import { clock, type Zone } from '../../lib/format/time.ts';
import type { Line } from './lines.ts';

/** Charts with this key move their cursor together. */
const SHARED_CURSOR = 'throughline';

export interface ChartParts {
  readonly lines: readonly Line[];
  readonly hidden: ReadonlySet<string>;
  readonly unit: Unit;
  readonly zone: Zone;
  readonly range: readonly [number, number];
  readonly width: number;
  readonly height: number;
  /** Kept free for names to the right of the lines. */
  readonly gutter: number;
  readonly onDraw: (u: uPlot) => void;
  readonly onCursor: (index: number | null) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

/** Steps of an axis of bytes: powers of two. */
const BINARY_STEPS = Array.from({ length: 60 }, (_, at) => 2 ** at);

export function optionsOf(parts: ChartParts): uPlot.Options {
  const { lines, unit } = parts;
  const font = monoFont(10.5);
  const alone = lines.length === 1;
  return {
    width: parts.width,
    height: parts.height,
    padding: [10, Math.max(8, parts.gutter), 0, 0],
    legend: { show: false },
    scales: { x: { time: true }, y: { range: () => [parts.range[0], parts.range[1]] } },
    axes: [timeAxis(parts, font), valueAxis(unit, font)],
    series: [
      {},
      ...lines.map(({ label, hue, dash }): uPlot.Series => {
        const colour = token(`--h${String(hue)}`);
        return {
          label,
          show: !parts.hidden.has(label),
          stroke: colour,
          width: 1.6,
          dash: [...dash],
          points: { show: false },
          ...(alone ? { fill: faint(colour) } : {}),
        };
      }),
    ],
    cursor: {
      sync: { key: SHARED_CURSOR },
      drag: { x: true, y: false, setScale: false },
      y: false,
      points: { size: 6 },
    },
    hooks: {
      draw: [parts.onDraw],
      setCursor: [(u) => parts.onCursor(u.cursor.idx ?? null)],
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          const from = u.posToVal(u.select.left, 'x');
          const to = u.posToVal(u.select.left + u.select.width, 'x');
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          parts.onZoom(from * 1e3, to * 1e3);
        },
      ],
    },
  };
}

/** The colour at a tenth, whatever form the browser gives it in. */
const faint = (colour: string): string => `color-mix(in oklab, ${colour} 12%, transparent)`;

function timeAxis({ zone, width }: ChartParts, font: string): uPlot.Axis {
  let stepMs = 60_000;
  return {
    stroke: token('--text-3'),
    font,
    size: 24,
    gap: 6,
    grid: { show: false },
    ticks: { show: false },
    splits: (_u, _axis, min, max) => {
      const moments = axisMoments(min * 1e3, max * 1e3, width / 150);
      stepMs = moments.stepMs;
      return moments.at.map((ms) => ms / 1e3);
    },
    values: (_u, splits) =>
      splits.map((seconds) =>
        clock(
          seconds * 1e3,
          zone,
          stepMs >= 86.4e6 ? 0 : seconds * 1e3,
          stepMs < 60_000 ? 'second' : 'minute',
        ),
      ),
  };
}

function valueAxis(unit: Unit, font: string): uPlot.Axis {
  return {
    stroke: token('--text-3'),
    font,
    size: 60,
    gap: 8,
    space: 56,
    grid: { stroke: token('--line-soft'), width: 1 },
    ticks: { show: false },
    ...(unit.kind === 'bytes' ? { incrs: BINARY_STEPS.map((step) => step / unit.factor) } : {}),
    values: (_u, splits) => {
      const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
      return splits.map((value) => axisQuantity(value, step, unit));
    },
  };
}
