// Series of one metric and resource: found by key, limited in number, forgotten when nothing comes any more.

import type { Durations } from './histogram.ts';
import { newPair } from '../../../otlp/attributes/wire-pair.ts';

export interface SpanExemplar {
  readonly timeNs: bigint;
  readonly value: number;
  /** 16 and 8 bytes. */
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
}

export interface Series {
  /** KeyValue messages. */
  readonly attributes: readonly Uint8Array[];
  /** When counting began: the beginning of the interval in which the first span came. */
  startNs: bigint;
  /** Spans or events; a fraction where they stand for several. */
  count: number;
  readonly durations: Durations | undefined;
  exemplars: SpanExemplar[];
  /** Of the monotonic clock. */
  seenMs: number;
}

const OVERFLOW_KEY = 'overflow';
const OVERFLOW = [newPair('otel.metric.overflow', true)];

export class SeriesTable {
  readonly #series = new Map<string, Series>();
  readonly #limit: number;
  /** Counted in the overflow series, since the start. */
  overflowed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#series.size;
  }

  /** @param make called for the first span of a series; its attributes are looked for only then. */
  get(
    key: string,
    attributes: () => readonly Uint8Array[],
    make: (attributes: readonly Uint8Array[]) => Series,
  ): Series {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size < this.#limit) return this.#add(key, make(attributes()));
    this.overflowed += 1;
    return this.#series.get(OVERFLOW_KEY) ?? this.#add(OVERFLOW_KEY, make(OVERFLOW));
  }

  values(): Iterable<Series> {
    return this.#series.values();
  }

  deleteWhere(isGone: (series: Series) => boolean): void {
    for (const [key, series] of this.#series) if (isGone(series)) this.#series.delete(key);
  }

  #add(key: string, series: Series): Series {
    this.#series.set(key, series);
    return series;
  }
}
