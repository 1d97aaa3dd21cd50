// Changes to a request as a list of ranges: what is not touched is copied in runs, and the lengths of the messages around
// a change are put right. Changes come in the order of their places.

import { ProtobufWriter } from '../wire/protobuf-writer.ts';

const FIRST_CAPACITY_EDITS = 256;
/** Messages in each other from the request down to a data point, and one to spare. */
const MAX_DEPTH = 8;

export class EditList {
  /** New bytes are written here; `replace` is told the range. */
  readonly scratch = new ProtobufWriter();
  #bytes: Uint8Array = new Uint8Array(0);
  #count = 0;
  #delta = 0;
  #at = new Int32Array(FIRST_CAPACITY_EDITS);
  #removed = new Int32Array(FIRST_CAPACITY_EDITS);
  #from = new Int32Array(FIRST_CAPACITY_EDITS);
  #to = new Int32Array(FIRST_CAPACITY_EDITS);
  /** Of the messages that are open: their slot, their length, the growth outside of them. */
  #depth = 0;
  readonly #slots = new Int32Array(MAX_DEPTH);
  readonly #lengths = new Int32Array(MAX_DEPTH);
  readonly #outside = new Int32Array(MAX_DEPTH);

  /** Begins with another request. */
  reset(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#count = 0;
    this.#delta = 0;
    this.#depth = 0;
    this.scratch.reset();
  }

  /** The range becomes `scratch[newFrom, newTo)`; an empty range is a place to insert at. */
  replace(from: number, to: number, newFrom: number, newTo: number): void {
    const slot = this.#add(from);
    this.#removed[slot] = to - from;
    this.#from[slot] = newFrom;
    this.#to[slot] = newTo;
    this.#delta += newTo - newFrom - (to - from);
  }

  /** What comes until `leave` lies in the message whose field begins at `fieldStart` and whose content is [start, end). */
  enter(fieldStart: number, start: number, end: number): void {
    let lengthAt = fieldStart;
    while ((this.#bytes[lengthAt++] ?? 0) > 127);
    this.#open(lengthAt, start - lengthAt, end - start);
  }

  leave(): void {
    const { slot, length, grown } = this.#close();
    if (slot + 1 === this.#count) {
      this.#count = slot; // nothing in it changed
      return;
    }
    if (grown === 0) return;
    this.#from[slot] = this.scratch.length;
    this.scratch.varint(length + grown);
    this.#setHeader(slot);
  }

  /** As `enter`, for a message that is not there yet: what is inserted until `leaveNew` becomes its content. */
  enterNew(at: number): void {
    this.#open(at, 0, 0);
  }

  /** Nothing was inserted: there is no message. */
  leaveNew(field: number): void {
    const { slot, grown } = this.#close();
    if (slot + 1 === this.#count) {
      this.#count = slot;
      return;
    }
    this.#from[slot] = this.scratch.length;
    this.scratch.varint(field * 8 + 2);
    this.scratch.varint(grown);
    this.#setHeader(slot);
  }

  /** The changed request; the given one where nothing changed. */
  apply(): Uint8Array {
    const bytes = this.#bytes;
    if (this.#count === 0) return bytes;
    const written = this.scratch.view();
    const result = new Uint8Array(bytes.length + this.#delta);
    let read = 0;
    let put = 0;
    for (let slot = 0; slot < this.#count; slot++) {
      const at = this.#at[slot] ?? 0;
      const from = this.#from[slot] ?? 0;
      const to = this.#to[slot] ?? 0;
      const removed = this.#removed[slot] ?? 0;
      if (to === from && removed === 0) continue;
      put = copy(bytes, read, at, result, put);
      put = copy(written, from, to, result, put);
      read = at + removed;
    }
    copy(bytes, read, bytes.length, result, put);
    return result;
  }

  #open(at: number, headerBytes: number, length: number): void {
    const slot = this.#add(at);
    this.#removed[slot] = headerBytes;
    this.#from[slot] = 0;
    this.#to[slot] = 0;
    this.#slots[this.#depth] = slot;
    this.#lengths[this.#depth] = length;
    this.#outside[this.#depth] = this.#delta;
    this.#depth++;
    this.#delta = 0;
  }

  #close(): { slot: number; length: number; grown: number } {
    const depth = --this.#depth;
    const slot = this.#slots[depth] ?? 0;
    const grown = this.#delta;
    this.#delta += this.#outside[depth] ?? 0;
    if (grown === 0) this.#removed[slot] = 0; // the length stays
    return { slot, length: this.#lengths[depth] ?? 0, grown };
  }

  #setHeader(slot: number): void {
    this.#to[slot] = this.scratch.length;
    this.#delta += this.scratch.length - (this.#from[slot] ?? 0) - (this.#removed[slot] ?? 0);
  }

  #add(at: number): number {
    if (this.#count === this.#at.length) this.#grow();
    const slot = this.#count++;
    this.#at[slot] = at;
    return slot;
  }

  #grow(): void {
    const wider = (column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.#at = wider(this.#at);
    this.#removed = wider(this.#removed);
    this.#from = wider(this.#from);
    this.#to = wider(this.#to);
  }
}

/** Below this, a loop is faster than a view and a call. */
const SHORT_BYTES = 24;

function copy(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): number {
  if (to - from > SHORT_BYTES) target.set(source.subarray(from, to), at);
  else for (let read = from, put = at; read < to; read++) target[put++] = source[read] ?? 0;
  return at + to - from;
}
