// Everything that waits: the requests, whole, and the table of their traces. Knows how much memory that is, and which
// requests have to be read back before a trace can be looked at.

import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import type { HeldBatch } from './held-batch.ts';
import type { SpanRun } from './policies/policy.ts';
import { NO_ROW, TraceTable } from './trace-table.ts';

export class Buffer {
  readonly table: TraceTable;
  /** Spans of traces that wait. */
  waitingSpans = 0;
  readonly #batches: Array<HeldBatch | undefined> = [];
  readonly #freeNumbers: number[] = [];
  #batchBytes = 0;
  #letGoBytes = 0;

  constructor(expectedTraces: number) {
    this.table = new TraceTable(expectedTraces);
  }

  /** Memory of all of it. */
  get bytes(): number {
    return this.#batchBytes + this.#letGoBytes + this.table.sizeBytes;
  }

  /** Memory that letting go of bytes does not give back. */
  get restBytes(): number {
    return this.#letGoBytes + this.table.sizeBytes;
  }

  get batches(): readonly HeldBatch[] {
    return this.#batches.filter((one) => one !== undefined);
  }

  /** A number for a batch that waits. */
  add(held: HeldBatch): number {
    const number = this.#freeNumbers.pop() ?? this.#batches.length;
    this.#batches[number] = held;
    this.#batchBytes += held.bytes;
    return number;
  }

  /** Nothing of it waits any more. */
  remove(number: number): void {
    const held = this.at(number);
    if (held.isLetGo) this.#letGoBytes -= held.bytes;
    else this.#batchBytes -= held.bytes;
    this.#batches[number] = undefined;
    this.#freeNumbers.push(number);
  }

  letGo(held: HeldBatch): void {
    this.#batchBytes -= held.bytes;
    held.letGo();
    this.#letGoBytes += held.bytes;
  }

  at(number: number): HeldBatch {
    const held = this.#batches[number];
    if (held === undefined) throw new Error(`no batch ${number} waits`);
    return held;
  }

  /** Requests with spans of this trace whose bytes were let go, brought back or not. */
  letGoOf(row: number): HeldBatch[] {
    const { firstPiece, nextPiece, pieceBatch } = this.table;
    const found: HeldBatch[] = [];
    for (let at = firstPiece[row] ?? NO_ROW; at !== NO_ROW; at = nextPiece[at] ?? NO_ROW) {
      const held = this.at(pieceBatch[at] ?? 0);
      if (held.isLetGo && !held.isLost) found.push(held);
    }
    return found;
  }

  /** Whether all spans of the trace can be looked at. */
  isHere(row: number): boolean {
    const { firstPiece, nextPiece, pieceBatch } = this.table;
    for (let at = firstPiece[row] ?? NO_ROW; at !== NO_ROW; at = nextPiece[at] ?? NO_ROW) {
      const held = this.at(pieceBatch[at] ?? 0);
      if (held.content === undefined && !held.isLost) return false;
    }
    return true;
  }
}

/** One object for all: runs are looked at one after the other. */
const run: { -readonly [K in keyof SpanRun]: SpanRun[K] } = {
  bytes: new Uint8Array(0),
  // Always set before it is given out.
  index: undefined as unknown as TraceIndex,
  items: new Int32Array(0),
  from: 0,
  to: 0,
};

/** The spans of a trace in a batch, good until the next call; undefined while they are not here. */
export function runOf(held: HeldBatch, group: number): SpanRun | undefined {
  const { content, groups } = held;
  if (content === undefined) return undefined;
  run.bytes = content.bytes;
  run.index = content.index();
  run.items = groups.order;
  run.from = groups.starts[group] ?? 0;
  run.to = groups.starts[group + 1] ?? 0;
  return run;
}

export const sizeOfGroup = ({ groups: { starts } }: HeldBatch, group: number): number =>
  (starts[group + 1] ?? 0) - (starts[group] ?? 0);
