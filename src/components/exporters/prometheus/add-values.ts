// Adding values: a delta to what was counted before, or one series to another of the same labels.

import { mergeExponential } from '../../../base/exponential-histogram.ts';
import type { ExemplarValue, Value } from './exposition.ts';

/** @returns undefined where they cannot be added: kinds or buckets that differ, summaries. */
export function addValues(a: Value, b: Value): Value | undefined {
  if (a.kind === 'number' && b.kind === 'number') {
    return { kind: 'number', value: a.value + b.value, exemplar: b.exemplar ?? a.exemplar };
  }
  if (a.kind === 'histogram' && b.kind === 'histogram') {
    if (!sameNumbers(a.bounds, b.bounds)) return undefined;
    return {
      kind: 'histogram',
      count: a.count + b.count,
      sum: a.sum + b.sum,
      bounds: b.bounds,
      counts: b.counts.map((count, at) => count + (a.counts[at] ?? 0)),
      exemplars: latest(a.exemplars, b.exemplars),
    };
  }
  if (a.kind === 'exponential' && b.kind === 'exponential') {
    return {
      kind: 'exponential',
      ...mergeExponential(a, b),
      count: a.count + b.count,
      sum: a.sum + b.sum,
      zeroThreshold: Math.max(a.zeroThreshold, b.zeroThreshold),
      exemplars: latest(a.exemplars, b.exemplars),
    };
  }
  return undefined;
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);

/** A delta has exemplars of its own time only; old ones stay until newer ones come. */
const latest = (
  before: readonly ExemplarValue[],
  now: readonly ExemplarValue[],
): readonly ExemplarValue[] => (now.length === 0 ? before : now);
