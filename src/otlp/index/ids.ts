// Trace ids as four 32-bit words, so that tables of traces compare and hash numbers instead of strings.

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;

/** Copies the 16 bytes at `from` into four little-endian words at `to`. */
export function copyTraceWords(
  bytes: Uint8Array,
  from: number,
  words: Uint32Array,
  to: number,
): void {
  words[to] = word(bytes, from);
  words[to + 1] = word(bytes, from + 4);
  words[to + 2] = word(bytes, from + 8);
  words[to + 3] = word(bytes, from + 12);
}

export const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

/** Whether all bytes of the range are zero: an id that is not set. */
export function allZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}
