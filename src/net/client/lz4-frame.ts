// LZ4 in frames of independent blocks of 64 KiB, without checksums: the few rules of the format, and a greedy search with
// one hash table. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, lz4_Block_format.md

/** Magic number, flags (version 1, independent blocks), block size 64 KiB, and the check byte of these two. */
const HEADER = Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const END_MARK = new Uint8Array(4);
const BLOCK_BYTES = 65_536;
const NOT_PACKED = 0x8000_0000;
const MIN_MATCH = 4;
/** The last match begins so far from the end at least, and the last bytes are literals, by the format. */
const LAST_MATCH_BYTES = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 14;

export function lz4Frame(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [HEADER];
  const table = new Int32Array(1 << HASH_BITS);
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const plain = bytes.subarray(at, at + BLOCK_BYTES);
    const packed = packBlock(plain, table.fill(-1));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(packed === undefined ? plain.length + NOT_PACKED : packed.length);
    pieces.push(size, packed ?? plain);
  }
  pieces.push(END_MARK);
  return pieces;
}

/** Undefined where it would not become smaller. */
function packBlock(source: Uint8Array, table: Int32Array): Uint8Array | undefined {
  const out = new Uint8Array(source.length);
  const lastMatch = source.length - LAST_MATCH_BYTES;
  let length = 0;
  let literals = 0; // where they begin
  let at = 0;
  while (at <= lastMatch) {
    const slot = hash(source, at);
    const before = table[slot] ?? -1;
    table[slot] = at;
    if (before === -1 || !sameFour(source, before, at)) {
      at++;
      continue;
    }
    let end = at + MIN_MATCH;
    while (end < source.length - LAST_LITERALS && source[end] === source[before + end - at]) end++;
    length = putSequence(out, length, source, literals, at, at - before, end - at);
    if (length === -1) return undefined;
    at = end;
    literals = end;
  }
  length = putSequence(out, length, source, literals, source.length, 0, 0);
  return length === -1 ? undefined : out.subarray(0, length);
}

/** Literals from `from` to `to`, then a match; the last sequence has none. @returns the new length, -1: no room. */
function putSequence(
  out: Uint8Array,
  start: number,
  source: Uint8Array,
  from: number,
  to: number,
  offset: number,
  match: number,
): number {
  const count = to - from;
  const extra = match === 0 ? 0 : match - MIN_MATCH;
  const needed = 1 + count / 255 + 1 + count + 2 + extra / 255 + 1;
  if (start + needed > out.length) return -1;
  let length = start;
  out[length++] = (Math.min(count, 15) << 4) | Math.min(extra, 15);
  if (count >= 15) length = putLength(out, length, count - 15);
  out.set(source.subarray(from, to), length);
  length += count;
  if (match === 0) return length;
  out[length++] = offset & 0xff;
  out[length++] = offset >>> 8;
  return extra >= 15 ? putLength(out, length, extra - 15) : length;
}

function putLength(out: Uint8Array, start: number, value: number): number {
  let length = start;
  let rest = value;
  for (; rest >= 255; rest -= 255) out[length++] = 255;
  out[length++] = rest;
  return length;
}

const four = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

const sameFour = (bytes: Uint8Array, a: number, b: number): boolean =>
  four(bytes, a) === four(bytes, b);

const hash = (bytes: Uint8Array, at: number): number =>
  Math.imul(four(bytes, at), 0x9e37_79b1) >>> (32 - HASH_BITS);
