// The metric series of the present cut, and their rows of `metric_series`.
//
// A series is found again by its bytes as sent (two orders of the same attributes are two entries with one id). Its row
// is written when the slice has none yet that spans its points' times; times are rounded to 10 minutes so that this is
// seldom.

import { metricSeries } from '../../schema/metrics.ts';
import { seriesId } from '../../../otlp/identity/identity.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { pushLow, pushString, TableColumns } from '../native/columns.ts';
import type { ResourceEntry, ScopeEntry } from '../groups.ts';
import { AttributeWriter } from '../twin/attribute-writer.ts';
import { CompletionCounter } from '../twin/completion-counter.ts';
import { pushKeyValuesJson } from '../twin/value-text.ts';
import { countAttribute } from './count-attributes.ts';
import type { Completion } from './completion.ts';
import type { SliceRows } from './slice-memory.ts';

/** Rows written between two turns of the event loop: about 5 ms. */
const ROWS_A_PIECE = 1024;
const ROUND_NANOS = 600_000_000_000n;
const TIME_MAX = (1n << 64n) - 1n;
/** Bytes of keys and attributes kept; beyond, the memory begins anew with the next cut. */
const MEMORY_BYTES_MAX = 128 << 20;

/** What the points of one metric have in common. All bytes are copies. */
export interface MetricHeader {
  readonly name: Uint8Array;
  readonly unit: Uint8Array;
  readonly description: Uint8Array;
  /** KeyValue messages. */
  readonly metadata: readonly Uint8Array[];
  /** 1 gauge, 2 sum, 3 histogram, 4 exponential histogram, 5 summary. */
  readonly type: number;
  /** 0 unspecified, 1 delta, 2 cumulative. */
  readonly temporality: number;
  readonly monotonic: boolean;
  readonly resource: ResourceEntry;
  readonly scope: ScopeEntry;
}

export interface Series {
  readonly id: bigint;
  readonly header: MetricHeader;
  /** 0 no value, 1 double, 2 int. */
  readonly numberType: number;
  /** KeyValue messages of the points. */
  readonly attributes: readonly Uint8Array[];
  /** Times of the points in the present cut. */
  first: bigint;
  last: bigint;
}

export class SeriesTable {
  readonly #byKey = new Map<string, Series>();
  readonly #active = new Set<Series>();
  #memoryBytes = 0;
  readonly #rows = new SeriesRows();

  find(key: string): Series | undefined {
    return this.#byKey.get(key);
  }

  /** @param bytes holds the point's message at `from` up to `to`. */
  add(
    key: string,
    header: MetricHeader,
    numberType: number,
    attributes: readonly Uint8Array[],
    bytes: Uint8Array,
    from: number,
    to: number,
  ): Series {
    const { name, unit, type, temporality, resource, scope } = header;
    const monotonic = header.monotonic ? 1 : 0;
    const [resourceId, scopeId] = [resource.id, scope.id];
    const parts = { name, unit, type, numberType, temporality, monotonic, resourceId, scopeId };
    const id = seriesId(parts, bytes, from, to);
    const series = { id, header, numberType, attributes, first: TIME_MAX, last: 0n };
    this.#byKey.set(key, series);
    this.#memoryBytes += key.length * 2 + 512;
    return series;
  }

  /** A point of the series in the present cut. */
  point(series: Series, time: bigint): void {
    if (series.first > series.last) this.#active.add(series);
    if (time < series.first) series.first = time;
    if (time > series.last) series.last = time;
  }

  /** The rows that the slice lacks for the points since the last call, in pieces, each valid until the next. */
  *rows(sliceSeconds: number, known: SliceRows, completion: Completion): Generator<TableColumns> {
    const counter = new CompletionCounter();
    for (const series of this.#active) {
      if (extend(known, series)) this.#rows.add(series, sliceSeconds, counter);
      if (this.#rows.columns.rows === ROWS_A_PIECE) {
        yield this.#rows.columns;
        this.#rows.columns.clear();
      }
    }
    if (this.#rows.columns.rows > 0) yield this.#rows.columns;
    this.#rows.columns.clear();
    completion.add('metrics', counter.take());
    this.discard();
  }

  /** Forgets the points since the last call of `rows`. */
  discard(): void {
    for (const series of this.#active) {
      series.first = TIME_MAX;
      series.last = 0n;
    }
    this.#active.clear();
    if (this.#memoryBytes < MEMORY_BYTES_MAX) return;
    this.#byKey.clear();
    this.#memoryBytes = 0;
  }
}

/** Whether the slice lacks a row that spans the series' points; it is then taken as written. */
function extend(known: SliceRows, series: Series): boolean {
  const span = known.series.get(series.id);
  if (span !== undefined && span.first <= series.first && span.last >= series.last) return false;
  const first = roundDown(series.first);
  const last = roundUp(series.last);
  known.series.set(series.id, {
    first: span !== undefined && span.first < first ? span.first : first,
    last: span !== undefined && span.last > last ? span.last : last,
  });
  return true;
}

const roundDown = (time: bigint): bigint => time - (time % ROUND_NANOS);

function roundUp(time: bigint): bigint {
  const up = roundDown(time) + ROUND_NANOS;
  return up > TIME_MAX ? TIME_MAX : up;
}

class SeriesRows {
  readonly columns = new TableColumns(metricSeries);
  readonly #attributes = new AttributeWriter(
    this.columns.map('Attributes'),
    this.columns.low('AttributeTypes'),
    'point',
  );
  readonly #metadata = new ByteBuffer();

  add(series: Series, sliceSeconds: number, counter: CompletionCounter): void {
    const { columns } = this;
    const { header } = series;
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('Id').data.pushUint64(series.id);
    pushLow(columns.low('Name'), header.name, 0, header.name.length);
    pushLow(columns.low('Unit'), header.unit, 0, header.unit.length);
    columns.fixed('Type').data.pushUint8(header.type);
    columns.fixed('NumberType').data.pushUint8(series.numberType);
    columns.fixed('Temporality').data.pushUint8(header.temporality);
    columns.fixed('Monotonic').data.pushUint8(header.monotonic ? 1 : 0);
    columns.fixed('ResourceId').data.pushUint64(header.resource.id);
    columns.fixed('ScopeId').data.pushUint64(header.scope.id);
    pushLow(columns.low('Service'), header.resource.service, 0, header.resource.service.length);
    this.#attributes.begin();
    for (const message of series.attributes) {
      this.#attributes.add(message, 0, message.length, 0);
      countAttribute(counter, 'point', message, 0, message.length, 1);
    }
    this.#attributes.end();
    pushString(columns.string('Description'), header.description, 0, header.description.length);
    this.#metadata.clear();
    if (header.metadata.length > 0) pushKeyValuesJson(this.#metadata, header.metadata);
    pushString(columns.string('Metadata'), this.#metadata.bytes, 0, this.#metadata.length);
    columns.fixed('FirstTime').data.pushUint64(roundDown(series.first));
    columns.fixed('LastTime').data.pushUint64(roundUp(series.last));
    columns.rows++;
  }
}
