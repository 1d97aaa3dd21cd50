// The peer strip's drawing: a logarithmic axis that holds the density, the quantiles and this span.

import type { SpanAnswer } from '../../../../../src/api/contract/traces.ts';

type Peers = SpanAnswer['peers'];

export interface StripGeometry {
  readonly area: string;
  readonly p50: number;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly here: number;
}

const TOP = 4;
const MARGIN = 8;

export function stripGeometry(
  peers: Peers,
  nanos: number,
  width: number,
  base: number,
): StripGeometry {
  const used = peers.density.flatMap((value, at) =>
    value > 0 ? [peers.edges[at] ?? 1, peers.edges[at + 1] ?? 1] : [],
  );
  const low = Math.log(Math.max(1, Math.min(nanos, ...used)));
  const high = Math.log(Math.max(2, nanos, ...used));
  const x = (value: number): number =>
    MARGIN +
    ((Math.log(Math.max(1, value)) - low) / Math.max(1e-9, high - low)) * (width - 2 * MARGIN);
  const most = Math.max(1, ...peers.density);
  const points = peers.density.flatMap((value, at): string[] => {
    const left = peers.edges[at];
    const right = peers.edges[at + 1];
    if (value === 0 || left === undefined || right === undefined) return [];
    const middle = x(Math.sqrt(Math.max(1, left) * right));
    return [`${middle.toFixed(1)} ${(base - (value / most) * (base - TOP)).toFixed(1)}`];
  });
  const first = points[0]?.split(' ')[0] ?? '0';
  const last = points.at(-1)?.split(' ')[0] ?? '0';
  const half = (width - 2 * MARGIN) / Math.max(8, peers.density.length) / 2;
  const area =
    points.length === 0
      ? ''
      : `M${(Number(first) - half).toFixed(1)} ${String(base)}L${points.join('L')}L${(Number(last) + half).toFixed(1)} ${String(base)}z`;
  return {
    area,
    p50: x(peers.p50 ?? nanos),
    p95: peers.p95 === null ? null : x(peers.p95),
    p99: peers.p99 === null ? null : x(peers.p99),
    here: x(nanos),
  };
}

export interface StripLabel {
  readonly x: number;
  readonly text: string;
}

const PX_PER_LETTER = 6.1;

/** Moves middle-anchored labels so that none overlaps another or leaves the strip; the last one keeps its place longest. */
export function spread(labels: readonly StripLabel[], width: number): StripLabel[] {
  const half = (label: StripLabel): number => (label.text.length * PX_PER_LETTER) / 2 + 3;
  const kept = labels.map((label) => ({
    ...label,
    x: Math.min(Math.max(label.x, half(label)), width - half(label)),
  }));
  const placed: StripLabel[] = [];
  // From the last, which names this span: the others give way to it, first the nearer.
  for (const label of kept.toReversed()) {
    const clash = placed.find((other) => Math.abs(other.x - label.x) < half(other) + half(label));
    if (clash === undefined) {
      placed.push(label);
      continue;
    }
    const x = clash.x + (label.x <= clash.x ? -1 : 1) * (half(clash) + half(label));
    const fits =
      x - half(label) >= 0 &&
      x + half(label) <= width &&
      placed.every(
        (other) => other === clash || Math.abs(other.x - x) >= half(other) + half(label),
      );
    if (fits) placed.push({ ...label, x });
  }
  return placed.toReversed();
}
