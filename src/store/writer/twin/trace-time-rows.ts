// First start and last end of each trace in a block: rows of `trace_times`, in order of first appearance.

import { traceTimes } from '../../schema/side-tables.ts';
import type { TableBlock } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { TableColumns } from '../native/columns.ts';
import { latin1 } from '../native/dictionary.ts';
import { tableBlock } from '../native/native-block.ts';

interface TimeRange {
  min: bigint;
  max: bigint;
}

const SECOND = 1_000_000_000n;
const TIME_MAX = (1n << 64n) - 1n;

/** Whole seconds take a fifth of the room, and the range is only there to look in. */
const roundDown = (time: bigint): bigint => time - (time % SECOND);

function roundUp(time: bigint): bigint {
  const up = roundDown(time + SECOND - 1n);
  return up > TIME_MAX ? TIME_MAX : up;
}

export class TraceTimeRows {
  readonly #columns = new TableColumns(traceTimes);
  readonly #slice = this.#columns.fixed('Slice').data;
  readonly #traceId = this.#columns.fixed('TraceId').data;
  readonly #min = this.#columns.fixed('MinTime').data;
  readonly #max = this.#columns.fixed('MaxTime').data;
  readonly #ranges = new Map<string, TimeRange>();
  readonly #out = new ByteBuffer();

  /** `traceId`: 16 bytes at `at`. A span that ends before it starts spans the two times all the same. */
  add(bytes: Uint8Array, at: number, start: bigint, end: bigint): void {
    const key = latin1(bytes, at, at + 16);
    const [low, high] = start < end ? [start, end] : [end, start];
    const range = this.#ranges.get(key);
    if (range === undefined) {
      this.#ranges.set(key, { min: low, max: high });
      return;
    }
    if (low < range.min) range.min = low;
    if (high > range.max) range.max = high;
  }

  /** All traces seen since the last call. */
  finish(sliceSeconds: number): TableBlock {
    this.#columns.clear();
    for (const [key, { min, max }] of this.#ranges) {
      this.#slice.pushUint32(sliceSeconds);
      this.#traceId.pushRange(Buffer.from(key, 'latin1'), 0, 16);
      this.#min.pushUint64(roundDown(min));
      this.#max.pushUint64(roundUp(max));
    }
    this.#columns.rows = this.#ranges.size;
    this.#ranges.clear();
    return tableBlock(this.#columns, this.#out);
  }
}
