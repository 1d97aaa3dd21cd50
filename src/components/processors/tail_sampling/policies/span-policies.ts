// always_sample, latency, status_code, span_count, trace_state, trace_flags: what the index of a request tells.

import { NONE } from '../../../../otlp/index/group-table.ts';
import { anySpan, decidedBySpans, type Policy } from './policy.ts';

const NANOS_PER_MILLI = 1_000_000;
const SAMPLED_FLAG = 1;
/** W3C: a key and its value with the sign between them. */
const MAX_MEMBER_CHARACTERS = 256;
const STATUS_CODES = { UNSET: 0, OK: 1, ERROR: 2 } as const;

const decoder = new TextDecoder();
const nothing = (): void => {};

export const alwaysSample = (): Policy =>
  decidedBySpans({ begin: nothing, take: nothing, matches: () => true });

export interface Latency {
  readonly threshold_ms: number;
  readonly upper_threshold_ms: number;
}

/** From the first start to the last end of the whole trace, in whole ms. Times as two words: no bigint a span. */
export function latency({ threshold_ms, upper_threshold_ms }: Latency): Policy {
  let firstHigh = Infinity;
  let firstLow = 0;
  let lastHigh = -1;
  let lastLow = 0;
  return decidedBySpans({
    begin: () => {
      firstHigh = Infinity;
      lastHigh = -1;
    },
    take: ({ index: { startTimeWords, endTimeWords }, items, from, to }) => {
      for (let at = from; at < to; at++) {
        const word = (items[at] ?? 0) * 2;
        const startLow = startTimeWords[word] ?? 0;
        const startHigh = startTimeWords[word + 1] ?? 0;
        if (startHigh < firstHigh || (startHigh === firstHigh && startLow < firstLow)) {
          firstHigh = startHigh;
          firstLow = startLow;
        }
        const endLow = endTimeWords[word] ?? 0;
        const endHigh = endTimeWords[word + 1] ?? 0;
        if (endHigh > lastHigh || (endHigh === lastHigh && endLow > lastLow)) {
          lastHigh = endHigh;
          lastLow = endLow;
        }
      }
    },
    matches: () => {
      if (lastHigh < 0) return false;
      const ms = Math.trunc(
        ((lastHigh - firstHigh) * 2 ** 32 + (lastLow - firstLow)) / NANOS_PER_MILLI,
      );
      if (upper_threshold_ms === 0) return ms >= threshold_ms;
      return threshold_ms < ms && ms <= upper_threshold_ms;
    },
  });
}

export function statusCode(codes: ReadonlyArray<keyof typeof STATUS_CODES>): Policy {
  const wanted = new Uint8Array(256);
  for (const code of codes) wanted[STATUS_CODES[code]] = 1;
  return anySpan(({ index }, span) => wanted[index.statusCode[span] ?? 0] === 1);
}

export interface SpanCount {
  readonly min_spans: number;
  readonly max_spans: number;
}

export const spanCount = ({ min_spans, max_spans }: SpanCount): Policy =>
  decidedBySpans({
    begin: nothing,
    take: nothing,
    matches: ({ spans }) => spans >= min_spans && (max_spans === 0 || spans <= max_spans),
  });

export interface TraceStateMember {
  readonly key: string;
  readonly values: readonly string[];
}

export function traceState({ key, values }: TraceStateMember): Policy {
  const wanted = new Set(
    values.filter((value) => value !== '' && key.length + value.length < MAX_MEMBER_CHARACTERS),
  );
  // Spans of a trace mostly have the same trace state.
  let lastText = '';
  let lastMatched = false;
  return anySpan(({ bytes, index }, span) => {
    const start = index.stateStart[span] ?? NONE;
    if (start === NONE) return false;
    const text = decoder.decode(bytes.subarray(start, index.stateEnd[span]));
    if (text === lastText) return lastMatched;
    lastText = text;
    lastMatched = wanted.has(memberOf(text, key) ?? '');
    return lastMatched;
  });
}

/** The value of a member of a trace state. */
function memberOf(text: string, key: string): string | undefined {
  for (const member of text.split(',')) {
    const trimmed = member.replace(/^[ \t]+|[ \t]+$/g, '');
    if (trimmed.startsWith(`${key}=`)) return trimmed.slice(key.length + 1);
  }
  return undefined;
}

export const traceFlags = (): Policy =>
  anySpan(({ index }, span) => ((index.flags[span] ?? 0) & SAMPLED_FLAG) === SAMPLED_FLAG);
