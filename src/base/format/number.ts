// Counts as people read them. Never `NaN`, `Infinity` or `-0`.

import { threeDigits, THIN_SPACE } from './duration.ts';

const EXACT_COUNT_MAX = 9_999_999;
const UNKNOWN = '–';

/** Exact with thousands separators to 9,999,999, then `12.5 M`; `~` in front of estimates. */
export function formatCount(count: number, estimated = false, space: string = THIN_SPACE): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  const sign = estimated ? '~' : '';
  if (Math.abs(count) <= EXACT_COUNT_MAX)
    return `${sign}${Math.round(count).toLocaleString('en-US')}`;
  const [unit, size] = count >= 1e9 ? (['G', 1e9] as const) : (['M', 1e6] as const);
  return `${sign}${threeDigits(count / size)}${space}${unit}`;
}
