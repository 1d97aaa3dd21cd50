// The body of an import, in pieces as it comes → requests: lines of JSON, or frames with their length in front. One request
// at a time is in memory, whatever the size of the whole.

import { AppError } from '../../base/app-error.ts';

/** As of a request to a receiver. */
const IMPORTED_REQUEST_MAX_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES = 4;
const NEWLINE = 0x0a;
const BLANK_MAX = 0x20;

/** A fault of one request. `number` counts from 1. */
export const badRequestOfImport = (number: number, message: string): AppError =>
  new AppError('HTTP_BAD_BODY', {
    message: `Request ${number} of the import ${message}. What came before it is stored.`,
    details: { request: number },
  });

const tooLarge = (number: number): AppError =>
  badRequestOfImport(number, `has more than ${IMPORTED_REQUEST_MAX_BYTES} B`);

/** Lines that hold anything. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const held = new Held();
  let number = 1;
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      held.add(piece.subarray(from, end));
      if (held.bytes > IMPORTED_REQUEST_MAX_BYTES) throw tooLarge(number);
      const line = held.take(held.bytes);
      from = end + 1;
      if (isBlank(line)) continue;
      number += 1;
      yield line;
    }
    held.add(piece.subarray(from));
    if (held.bytes > IMPORTED_REQUEST_MAX_BYTES) throw tooLarge(number);
  }
  const last = held.take(held.bytes);
  if (!isBlank(last)) yield last;
}

const isBlank = (line: Buffer): boolean => !line.some((byte) => byte > BLANK_MAX);

/** Requests with their length in front: 4 bytes, big-endian. */
export async function* framesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const held = new Held();
  let number = 1;
  let length = -1;
  for await (const piece of pieces) {
    held.add(piece);
    for (;;) {
      if (length < 0 && held.bytes >= LENGTH_BYTES) length = held.take(LENGTH_BYTES).readUInt32BE();
      if (length > IMPORTED_REQUEST_MAX_BYTES)
        throw badRequestOfImport(
          number,
          `claims ${length} B, more than ${IMPORTED_REQUEST_MAX_BYTES}, or its length is missing: 4 bytes, big-endian, in front of each request`,
        );
      if (length < 0 || held.bytes < length) break;
      yield held.take(length);
      number += 1;
      length = -1;
    }
  }
  if (length >= 0 || held.bytes > 0)
    throw badRequestOfImport(
      number,
      'is cut off, or its length is missing: 4 bytes, big-endian, in front of each request',
    );
}

/** Bytes that came and were not taken yet. */
class Held {
  #pieces: Buffer[] = [];
  bytes = 0;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** The first `count` bytes, of at least so many. Each piece is copied at most once. */
  take(count: number): Buffer {
    const first = this.#pieces[0];
    if (first === undefined || count === 0) return Buffer.alloc(0);
    this.bytes -= count;
    if (first.length > count) {
      this.#pieces[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const taken: Buffer[] = [];
    let missing = count;
    let used = 0;
    for (const piece of this.#pieces) {
      if (missing === 0) break;
      taken.push(piece.subarray(0, missing));
      missing -= Math.min(missing, piece.length);
      used += 1;
    }
    const lastTaken = this.#pieces[used - 1] ?? first;
    const rest = lastTaken.subarray(taken.at(-1)?.length ?? 0);
    this.#pieces = [...(rest.length > 0 ? [rest] : []), ...this.#pieces.slice(used)];
    return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken);
  }
}
