// How many spans a sampled span stands for, from its trace state.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/ : the member `ot`, its subkey `th`, a rejection
// threshold of up to 14 hex digits without trailing zeros; probability = (2^56 − threshold) / 2^56.

const DIGITS = 14;
const ALL = 1n << 56n;

const MEMBER = /(?:^|,)[ \t]*ot=([^,]*)/;
const THRESHOLD = /(?:^|;)th:([0-9a-fA-F]{1,14})[ \t]*(?:;|$)/;

/** Undefined when the trace state gives no (valid) threshold. */
export function adjustedCount(traceState: string): number | undefined {
  const member = MEMBER.exec(traceState)?.[1];
  if (member === undefined) return undefined;
  const hex = THRESHOLD.exec(member)?.[1];
  if (hex === undefined) return undefined;
  const threshold = BigInt(`0x${hex.padEnd(DIGITS, '0')}`);
  return Number(ALL) / Number(ALL - threshold);
}
