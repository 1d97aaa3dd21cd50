// Time to pixels, and the ticks of the axis at round values.

import { axisTime } from '../../../../../src/base/format/duration.ts';

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly x: (nanos: number) => number;
  readonly nanosAt: (x: number) => number;
}

/** Room at both ends, so that the line and the marks at 0 are whole. */
export const EDGE_PX = 6;

export function scaleOf(from: number, to: number, width: number): Scale {
  const inner = Math.max(1, width - 2 * EDGE_PX);
  const length = Math.max(1, to - from);
  return {
    from,
    to,
    width,
    x: (nanos) => EDGE_PX + ((nanos - from) / length) * inner,
    nanosAt: (x) => from + ((x - EDGE_PX) / inner) * length,
  };
}

export interface Tick {
  readonly at: number;
  readonly x: number;
  readonly label: string;
}

const LEAST_PX = 64;

/** The smallest of 1, 2, 5 × 10ⁿ that is not below `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  for (const factor of [1, 2, 5, 10]) if (factor * power >= least - 1e-9) return factor * power;
  return 10 * power;
}

export function ticksOf(scale: Scale): Tick[] {
  const perPx = (scale.to - scale.from) / Math.max(1, scale.width - 2 * EDGE_PX);
  const step = roundStep(perPx * LEAST_PX);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(scale.from / step) * step; at <= scale.to; at += step)
    ticks.push({ at, x: scale.x(at), label: axisTime(at, step) });
  return ticks;
}
