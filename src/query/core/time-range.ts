// The range of a query. Both bounds come as text in any of the forms people and programs use; the answer says in
// nanoseconds what was understood. The start belongs to the range, the end does not.

import { AppError } from '../../base/app-error.ts';
import { type UnixNano, unixNano } from '../../base/time.ts';
import { parseDurationNanos } from './duration-text.ts';
import { binary, and, type Expression, integer } from '../../sql/expression.ts';

export interface NanoRange {
  readonly from: UnixNano;
  readonly to: UnixNano;
}

const DEFAULT_RANGE_NANOS = 3_600_000_000_000n; // an hour, as in the UI
const MAX_NANOS = 2n ** 64n - 1n;

export function parseRange(
  from: string | undefined,
  to: string | undefined,
  nowMs: number,
  defaultNanos: bigint = DEFAULT_RANGE_NANOS,
): NanoRange {
  const end = to === undefined || to === '' ? nanosOfMilli(nowMs) : parseTime('to', to, nowMs);
  const start =
    from === undefined || from === ''
      ? unixNano(end > defaultNanos ? end - defaultNanos : 0n)
      : parseTime('from', from, nowMs);
  if (start >= end) {
    throw new AppError('RANGE_EMPTY', {
      message: `The range from ${isoOfNanos(start)} to ${isoOfNanos(end)} is empty: from must be before to.`,
    });
  }
  return { from: start, to: end };
}

/** `now`, `now-1h`, ISO 8601 with up to nine decimals, or digits: seconds, ms, µs or ns by their number. */
export function parseTime(name: string, text: string, nowMs: number): UnixNano {
  const time = relative(text, nowMs) ?? digits(text) ?? iso(text);
  if (time !== undefined && time >= 0n && time <= MAX_NANOS) return unixNano(time);
  throw new AppError('RANGE_TIME', {
    message: `${name} = ${text} is not a time. Write nanoseconds since 1970, an ISO time such as 2026-11-22T18:00:00Z, or now-1h.`,
  });
}

function relative(text: string, nowMs: number): bigint | undefined {
  const found = /^now(?:([+-])(\w{1,20}))?$/.exec(text);
  if (found === null) return undefined;
  const now = nanosOfMilli(nowMs);
  if (found[2] === undefined) return now;
  const offset = parseDurationNanos(found[2]);
  if (offset === undefined) return undefined;
  return found[1] === '-' ? now - BigInt(offset) : now + BigInt(offset);
}

/** Ten digits are seconds until the year 2286; each three more are the next unit. */
function digits(text: string): bigint | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const scale = text.length <= 10 ? 9 : text.length <= 13 ? 6 : text.length <= 16 ? 3 : 0;
  return BigInt(text) * 10n ** BigInt(scale);
}

function iso(text: string): bigint | undefined {
  const found =
    /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (found === null) return undefined;
  const [, base = '', fraction = '', zone = 'Z'] = found;
  const ms = Date.parse(base.length === 10 ? base : `${base}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

const nanosOfMilli = (ms: number): UnixNano => unixNano(BigInt(Math.floor(ms)) * 1_000_000n);

export function isoOfNanos(time: bigint): string {
  const ms = Number(time / 1_000_000n);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : time.toString();
}

/** `from <= expression < to`: the form that the minmax indexes of event times serve. */
export const within = (expression: Expression, range: NanoRange): Expression =>
  and(binary(expression, '>=', integer(range.from)), binary(expression, '<', integer(range.to)));

/** The same range with slack on both sides, for rows that belong to something inside it. */
export const widened = (range: NanoRange, beforeNanos: bigint, afterNanos: bigint): NanoRange => ({
  from: unixNano(range.from > beforeNanos ? range.from - beforeNanos : 0n),
  to: unixNano(range.to + afterNanos > MAX_NANOS ? MAX_NANOS : range.to + afterNanos),
});
