// Query texts of a trace's spans, read apart from the spans and put to them by id.

import type { NativeBlock } from '../../../sql/native-reader.ts';
import type { StoredSpans } from './span-buffer.ts';

/** Blocks of SpanId and Query. */
export function placeQueries(blocks: readonly NativeBlock[], spans: StoredSpans): void {
  const index = new SpanIndex(spans);
  for (const { rows, columns } of blocks) {
    const ids = columns.get('SpanId');
    const queries = columns.get('Query');
    if (ids?.kind !== 'bytes' || queries?.kind !== 'strings') continue;
    const numbers = queries.keys.map((key) => spans.texts.numberOf(key));
    const view = new DataView(ids.bytes.buffer, ids.bytes.byteOffset, ids.bytes.byteLength);
    for (let row = 0; row < rows; row++)
      index.put(
        view.getUint32(row * 8),
        view.getUint32(row * 8 + 4),
        numbers[queries.indexes[row] ?? 0] ?? 0,
      );
  }
}

/** Spans by the lower word of their ids; several under one word hang in a chain. */
class SpanIndex {
  readonly #spans: StoredSpans;
  readonly #first = new Map<number, number>();
  readonly #next: Int32Array;

  constructor(spans: StoredSpans) {
    this.#spans = spans;
    this.#next = new Int32Array(spans.size).fill(-1);
    for (let span = 0; span < spans.size; span++) {
      const key = (spans.idLow[span] ?? 0) | 0; // small integers make a quick map
      this.#next[span] = this.#first.get(key) ?? -1;
      this.#first.set(key, span);
    }
  }

  /** Two spans under one id, as Zipkin has them, have one query: the call's. */
  put(high: number, low: number, query: number): void {
    const { idHigh, queries } = this.#spans;
    for (let at = this.#first.get(low | 0) ?? -1; at >= 0; at = this.#next[at] ?? -1)
      if (idHigh[at] === high) queries[at] = query;
  }
}
