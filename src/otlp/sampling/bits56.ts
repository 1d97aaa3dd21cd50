// Numbers of 56 bits, as consistent sampling has them: rejection thresholds and randomness. Two halves of 28 bits each,
// which JavaScript compares as small integers; a double would lose three bits, a bigint costs an allocation a span.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/

export interface Bits56 {
  readonly high: number;
  readonly low: number;
}

const HALF = 2 ** 28;
const HALF_DIGITS = 7;
/** 56 bits as hex. */
export const HEX_DIGITS = 14;
/** 2^56: how many values there are. */
export const ALL = 2 ** 56;

export const ZERO: Bits56 = { high: 0, low: 0 };
/** Every value below 2^56 is less: the threshold that rejects all. */
export const BEYOND: Bits56 = { high: HALF, low: 0 };

export const isLess = (a: Bits56, b: Bits56): boolean =>
  a.high < b.high || (a.high === b.high && a.low < b.low);

export const isEqual = (a: Bits56, b: Bits56): boolean => a.high === b.high && a.low === b.low;

export const toBigInt = ({ high, low }: Bits56): bigint => (BigInt(high) << 28n) | BigInt(low);

/** From 0 to 2^56. */
export const fromBigInt = (value: bigint): Bits56 => ({
  high: Number(value >> 28n),
  low: Number(value & 0xfff_ffffn),
});

/** The last seven of the 16 bytes at `at`: the random part of a trace id. */
export function randomOfTraceId(bytes: Uint8Array, at: number): Bits56 {
  const middle = bytes[at + 12] ?? 0;
  return {
    high:
      ((bytes[at + 9] ?? 0) << 20) |
      ((bytes[at + 10] ?? 0) << 12) |
      ((bytes[at + 11] ?? 0) << 4) |
      (middle >> 4),
    low:
      ((middle & 15) << 24) |
      ((bytes[at + 13] ?? 0) << 16) |
      ((bytes[at + 14] ?? 0) << 8) |
      (bytes[at + 15] ?? 0),
  };
}

/** Fourteen hex digits. */
export const hexOf = ({ high, low }: Bits56): string =>
  high.toString(16).padStart(HALF_DIGITS, '0') + low.toString(16).padStart(HALF_DIGITS, '0');

/** Up to fourteen hex digits of either case, the missing ones on the right being 0; undefined where it is something else. */
export function parseHex(text: string): Bits56 | undefined {
  if (!/^[0-9a-fA-F]{1,14}$/.test(text)) return undefined;
  const digits = text.padEnd(HEX_DIGITS, '0');
  return {
    high: Number.parseInt(digits.slice(0, HALF_DIGITS), 16),
    low: Number.parseInt(digits.slice(HALF_DIGITS), 16),
  };
}
