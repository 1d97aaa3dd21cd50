// From the histogram's answer to what is drawn and said: lines a bucket, warnings and errors in lanes of their own
// (200 of 17,000 would vanish in a stack), and since when there are many of them.

import type { Level, LogHistogramAnswer } from '../../../../src/api/contract/logs.ts';

export const LEVELS_SHOWN: readonly Level[] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'unknown',
];

export interface Volume {
  readonly buckets: number;
  readonly lines: readonly number[];
  readonly warnings: readonly number[];
  readonly errors: readonly number[];
  /** Sums over the levels that are shown. */
  readonly total: number;
  readonly warningTotal: number;
  readonly errorTotal: number;
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

function added(all: ReadonlyArray<readonly number[]>, buckets: number): number[] {
  return Array.from({ length: buckets }, (_, at) =>
    all.reduce((total, counts) => total + (counts[at] ?? 0), 0),
  );
}

/** @param only levels to count; empty: all */
export function volumeOf(answer: LogHistogramAnswer, only: readonly string[]): Volume {
  const buckets = Math.max(...LEVELS_SHOWN.map((level) => answer.levels[level].length));
  const shown = (level: Level): boolean => only.length === 0 || only.includes(level);
  const of = (levels: readonly Level[]): number[] =>
    added(
      levels.filter(shown).map((level) => answer.levels[level]),
      buckets,
    );
  const lines = of(LEVELS_SHOWN);
  const warnings = of(['warn']);
  const errors = of(['error', 'fatal']);
  return {
    buckets,
    lines,
    warnings,
    errors,
    total: sum(lines),
    warningTotal: sum(warnings),
    errorTotal: sum(errors),
  };
}

export const levelTotals = (answer: LogHistogramAnswer): ReadonlyMap<Level, number> =>
  new Map(LEVELS_SHOWN.map((level) => [level, sum(answer.levels[level])]));

/** So much of all must lie after the moment … */
const NEARLY_ALL = 0.95;
/** … and their share of all lines be so many times what it was before it, for "nearly all since" to be said. */
const TIMES_THE_SHARE = 10;
const FEW = 5;
/** So much of all lines must lie before the moment, or nothing is known of the time before. */
const KNOWN_BEFORE = 0.05;

/**
 * The bucket from which nearly all came; null where they are spread, few, there from the start, or where hardly
 * anything was written before at all.
 */
export function sinceBucket(counts: readonly number[], lines: readonly number[]): number | null {
  const total = sum(counts);
  if (total < FEW) return null;
  let after = total;
  let start = 0;
  while (start < counts.length && after - (counts[start] ?? 0) >= NEARLY_ALL * total) {
    after -= counts[start] ?? 0;
    start += 1;
  }
  const allLines = sum(lines);
  const linesBefore = sum(lines.slice(0, start));
  if (linesBefore < KNOWN_BEFORE * allLines || start >= counts.length - 1) return null;
  const shareBefore = (total - after) / linesBefore;
  const shareAfter = after / Math.max(1, allLines - linesBefore);
  return shareAfter >= TIMES_THE_SHARE * shareBefore ? start : null;
}

/** A round number at or above `value` for the top of the axis: 1, 2 or 5 times a power of ten. */
export function niceTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 1.5, 2, 3, 5, 8, 10]) if (factor * power >= value) return factor * power;
  return 10 * power;
}
