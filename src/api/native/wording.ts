// Words for amounts that analysis does not speak of.

import { durationText } from '../../analysis/verdict/words.ts';

const HOUR_NANOS = 3_600e9;

/** Sums of people's waiting: `5.2 min`, `5.1 h`; below two minutes as durations elsewhere. */
export function amountOfTime(nanos: number): string {
  if (nanos >= 2 * HOUR_NANOS) return `${(nanos / HOUR_NANOS).toFixed(1)} h`;
  if (nanos >= 120e9) return `${(nanos / 60e9).toFixed(1)} min`;
  return durationText(nanos);
}
