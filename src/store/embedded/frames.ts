// Frames between server and engine host over a unix socket: u32 id, u8 kind, u32 length, all little-endian, then the
// body. Framing only; what the kinds mean is in protocol.ts.

import { assert } from '../../base/assert.ts';

const HEADER_BYTES = 9;

/** Both ends are ours; a longer body means that the two are out of step. */
const MAX_BODY_BYTES = 1 << 30;

export interface Frame {
  /** The request that it belongs to. */
  readonly id: number;
  readonly kind: number;
  readonly body: Uint8Array;
}

export function frameHeader(id: number, kind: number, length: number): Uint8Array {
  assert(length <= MAX_BODY_BYTES, () => `a frame of ${length} bytes`);
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, id, true);
  view.setUint8(4, kind);
  view.setUint32(5, length, true);
  return header;
}

/** Cuts what a socket delivers into frames. Reads are kept in a list and joined once a frame. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** Bodies may share memory with `chunk`. */
  *push(chunk: Uint8Array): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) yield frame;
  }

  #take(): Frame | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    const header = this.#peek(HEADER_BYTES);
    const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
    const length = view.getUint32(5, true);
    assert(length <= MAX_BODY_BYTES, () => `a frame of ${length} bytes`);
    if (this.#bytes < HEADER_BYTES + length) return undefined;
    const whole = this.#peek(HEADER_BYTES + length);
    const frame = {
      id: view.getUint32(0, true),
      kind: view.getUint8(4),
      body: whole.subarray(HEADER_BYTES, HEADER_BYTES + length),
    };
    this.#drop(HEADER_BYTES + length);
    return frame;
  }

  /** The first `length` bytes or more as one piece. Joins only what it must. */
  #peek(length: number): Uint8Array {
    const [first = new Uint8Array()] = this.#chunks;
    if (first.length >= length) return first;
    let count = 0;
    let bytes = 0;
    while (bytes < length) bytes += this.#chunks[count++]?.length ?? 0;
    const joined = Buffer.concat(this.#chunks.slice(0, count), bytes);
    this.#chunks.splice(0, count, joined);
    return joined;
  }

  #drop(length: number): void {
    const [first = new Uint8Array()] = this.#chunks;
    this.#bytes -= length;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
  }
}
