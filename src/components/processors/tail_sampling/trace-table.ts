// Traces that wait for their decision: a hash table with open addressing over columns, and for each trace the chain of its
// pieces, one a request. No object a trace: a million of them cost the garbage collector nothing.
//
// Rows keep their number while the trace waits. They stand in the order of their first spans in a list (`oldest`, `after`).

import { sameTraceWords } from '../../../otlp/index/trace-words.ts';

export const NO_ROW = -1;
const MIN_ROWS = 1024;
const BYTES_A_ROW = 4 * 4 + 8 + 8 + 8 + 8 * 4 + 1 + 8; // with two slots of the hash table
const BYTES_A_PIECE = 3 * 4;

export class TraceTable {
  /** Four words of the id, at 4 × row. */
  words: Uint32Array;
  /** Of the id: `hashTrace`. */
  hash: Int32Array;
  /** When the first span came, on the monotonic clock, ms. */
  firstMs: Float64Array;
  /** Which of all traces ever seen it is: tells a row from its next use. */
  serial: Float64Array;
  bytes: Float64Array;
  spans: Int32Array;
  /** 1: larger than the limit of one trace. */
  isLarge: Uint8Array;
  /** First piece; NO_ROW: none. */
  firstPiece: Int32Array;
  pieceBatch: Int32Array;
  pieceGroup: Int32Array;
  nextPiece: Int32Array;

  #lastPiece: Int32Array;
  #piecesOf: Int32Array;
  #before: Int32Array;
  #after: Int32Array;
  /** Row + 1 by hash; 0: free. */
  #slots: Int32Array;
  #count = 0;
  #serial = 0;
  #freeRow = NO_ROW;
  #usedRows = 0;
  #freePiece = NO_ROW;
  #usedPieces = 0;
  /** Used and not free again. */
  #pieces = 0;
  #oldest = NO_ROW;
  #newest = NO_ROW;

  constructor(expectedTraces: number) {
    const rows = Math.max(MIN_ROWS, 2 ** Math.ceil(Math.log2(expectedTraces + 1)));
    this.words = new Uint32Array(rows * 4);
    this.firstMs = new Float64Array(rows);
    this.serial = new Float64Array(rows);
    this.bytes = new Float64Array(rows);
    this.spans = new Int32Array(rows);
    this.isLarge = new Uint8Array(rows);
    this.firstPiece = new Int32Array(rows);
    this.#lastPiece = new Int32Array(rows);
    this.#piecesOf = new Int32Array(rows);
    this.#before = new Int32Array(rows);
    this.#after = new Int32Array(rows);
    this.hash = new Int32Array(rows);
    this.#slots = new Int32Array(rows * 2);
    this.pieceBatch = new Int32Array(rows);
    this.pieceGroup = new Int32Array(rows);
    this.nextPiece = new Int32Array(rows);
  }

  get count(): number {
    return this.#count;
  }

  /** Of what is in use. */
  get sizeBytes(): number {
    return this.#count * BYTES_A_ROW + this.#pieces * BYTES_A_PIECE;
  }

  get oldest(): number {
    return this.#oldest;
  }

  after(row: number): number {
    return this.#after[row] ?? NO_ROW;
  }

  /** @param at of the four words in `words`. @param hash of them. */
  find(words: Uint32Array, at: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row === NO_ROW || sameTraceWords(this.words, row * 4, words, at)) return row;
      slot = (slot + 1) & mask;
    }
  }

  /** A trace that `find` did not find. */
  add(words: Uint32Array, at: number, hash: number, firstMs: number): number {
    const row = this.#takeRow();
    for (let i = 0; i < 4; i++) this.words[row * 4 + i] = words[at + i] ?? 0;
    this.firstMs[row] = firstMs;
    this.serial[row] = ++this.#serial;
    this.bytes[row] = 0;
    this.spans[row] = 0;
    this.isLarge[row] = 0;
    this.firstPiece[row] = NO_ROW;
    this.#piecesOf[row] = 0;
    this.hash[row] = hash;
    this.#place(row);
    this.#before[row] = this.#newest;
    this.#after[row] = NO_ROW;
    if (this.#newest === NO_ROW) this.#oldest = row;
    else this.#after[this.#newest] = row;
    this.#newest = row;
    this.#count += 1;
    return row;
  }

  /** Spans of the trace in a batch: all of one of its groups. */
  append(row: number, batch: number, group: number, spans: number, bytes: number): void {
    const piece = this.#takePiece();
    this.pieceBatch[piece] = batch;
    this.pieceGroup[piece] = group;
    this.nextPiece[piece] = NO_ROW;
    if (this.firstPiece[row] === NO_ROW) this.firstPiece[row] = piece;
    else this.nextPiece[this.#lastPiece[row] ?? 0] = piece;
    this.#lastPiece[row] = piece;
    this.#piecesOf[row] = (this.#piecesOf[row] ?? 0) + 1;
    this.spans[row] = (this.spans[row] ?? 0) + spans;
    this.bytes[row] = (this.bytes[row] ?? 0) + bytes;
  }

  remove(row: number): void {
    this.#unplace(row);
    const before = this.#before[row] ?? NO_ROW;
    const after = this.#after[row] ?? NO_ROW;
    if (before === NO_ROW) this.#oldest = after;
    else this.#after[before] = after;
    if (after === NO_ROW) this.#newest = before;
    else this.#before[after] = before;
    const first = this.firstPiece[row] ?? NO_ROW;
    if (first !== NO_ROW) {
      this.nextPiece[this.#lastPiece[row] ?? 0] = this.#freePiece;
      this.#freePiece = first;
    }
    this.#pieces -= this.#piecesOf[row] ?? 0;
    this.serial[row] = 0;
    this.#after[row] = this.#freeRow;
    this.#freeRow = row;
    this.#count -= 1;
  }

  #place(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.hash[row] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  /** What stands behind it in the same run moves up, so that no marks of deleted rows are left. */
  #unplace(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = (this.hash[row] ?? 0) & mask;
    while (slots[hole] !== row + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (this.hash[(slots[slot] ?? 1) - 1] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot] ?? 0;
      hole = slot;
    }
    slots[hole] = 0;
  }

  #takeRow(): number {
    const free = this.#freeRow;
    if (free !== NO_ROW) {
      this.#freeRow = this.#after[free] ?? NO_ROW;
      return free;
    }
    if (this.#usedRows === this.firstMs.length) this.#growRows(this.#usedRows * 2);
    return this.#usedRows++;
  }

  #takePiece(): number {
    this.#pieces += 1;
    const free = this.#freePiece;
    if (free !== NO_ROW) {
      this.#freePiece = this.nextPiece[free] ?? NO_ROW;
      return free;
    }
    if (this.#usedPieces === this.nextPiece.length) {
      const size = this.#usedPieces * 2;
      this.pieceBatch = grown(this.pieceBatch, size);
      this.pieceGroup = grown(this.pieceGroup, size);
      this.nextPiece = grown(this.nextPiece, size);
    }
    return this.#usedPieces++;
  }

  #growRows(size: number): void {
    this.words = enlarged(this.words, new Uint32Array(size * 4));
    this.firstMs = enlarged(this.firstMs, new Float64Array(size));
    this.serial = enlarged(this.serial, new Float64Array(size));
    this.bytes = enlarged(this.bytes, new Float64Array(size));
    this.isLarge = enlarged(this.isLarge, new Uint8Array(size));
    this.spans = grown(this.spans, size);
    this.firstPiece = grown(this.firstPiece, size);
    this.#lastPiece = grown(this.#lastPiece, size);
    this.#piecesOf = grown(this.#piecesOf, size);
    this.#before = grown(this.#before, size);
    this.#after = grown(this.#after, size);
    this.hash = grown(this.hash, size);
    this.#slots = new Int32Array(size * 2);
    for (let row = this.#oldest; row !== NO_ROW; row = this.after(row)) this.#place(row);
  }
}

const grown = (column: Int32Array, size: number): Int32Array =>
  enlarged(column, new Int32Array(size));

function enlarged<T extends { set(from: T): void }>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
