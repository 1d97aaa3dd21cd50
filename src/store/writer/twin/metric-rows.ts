// Points of metrics to rows, in plain TypeScript: the reference for the WebAssembly form. A metric's points go to the
// table of its kind, their exemplars to `exemplars`; what they have in common is a series (../side/series-table.ts).

import { METRIC_DATA, SCOPE_GROUP } from '../../../otlp/fields.ts';
import { bytesTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import { AppError } from '../../../base/app-error.ts';
import { assert } from '../../../base/assert.ts';
import type { FinishedBlock, ItemBlock, ItemContext } from '../items.ts';
import { BLOCK_ROWS_MAX } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { ColumnMarks } from '../native/column-marks.ts';
import { latin1 } from '../native/dictionary.ts';
import { tableBlock } from '../native/native-block.ts';
import type { MetricHeader, Series, SeriesTable } from '../side/series-table.ts';
import { checkFraming, copyOf, tagOf } from '../wire.ts';
import { CompletionCounter } from './completion-counter.ts';
import { arrivalNanos, isLate, isTimeOff } from './event-time.ts';
import { ExemplarRows } from './exemplar-rows.ts';
import { readMetric } from './metric-fields.ts';
import { createPointReaders, type Point, type PointReader, type Range } from './point-rows.ts';

const ITEMS = bytesTag(SCOPE_GROUP.items);
const POINTS = bytesTag(METRIC_DATA.dataPoints);

export class MetricRows implements ItemBlock {
  readonly #series: SeriesTable;
  readonly #counter = new CompletionCounter();
  readonly #exemplars = new ExemplarRows(this.#counter);
  readonly #readers = createPointReaders();
  readonly #all = [...this.#readers.map(({ columns }) => columns), this.#exemplars.columns];
  readonly #marks = this.#all.map((columns) => new ColumnMarks(columns));
  readonly #outs = this.#all.map(() => new ByteBuffer());
  rows = 0;
  #late = 0;
  #timeOff = 0;
  #damaged = 0;

  constructor(series: SeriesTable) {
    this.#series = series;
  }

  stage(request: Uint8Array): Uint8Array {
    return request;
  }

  add(bytes: Uint8Array, from: number, to: number, context: ItemContext): number {
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      if (tagOf(cursor) !== ITEMS) continue;
      if (this.rows >= BLOCK_ROWS_MAX) return cursor.fieldStart;
      this.#addMetric(bytes, cursor.start, cursor.end, context);
    }
    checkFraming(cursor);
    return to;
  }

  finish(): FinishedBlock {
    const tables = this.#all.flatMap((columns, i) => {
      const out = this.#outs[i];
      return out === undefined || columns.rows === 0 ? [] : [tableBlock(columns, out)];
    });
    const facts = {
      ...this.#counter.take(),
      peers: [],
      late: this.#late,
      timeOff: this.#timeOff,
      cut: this.#exemplars.cut,
      damaged: this.#damaged,
    };
    for (const columns of this.#all) columns.clear();
    this.rows = this.#late = this.#timeOff = this.#damaged = this.#exemplars.cut = 0;
    return { tables, facts };
  }

  /** The series of the point `bytes[from, to)`. */
  seriesAt(bytes: Uint8Array, from: number, to: number, header: MetricHeader): Series {
    const reader = this.#readers[readerOf(header.type)];
    assert(reader !== undefined, 'a metric without a reader');
    const point = reader.read(bytes, from, to);
    return this.#seriesOf(bytes, point, { start: from, end: to }, header, headerKey(header));
  }

  /** An exemplar of a point that was read elsewhere. Throws when it is damaged. */
  addExemplar(
    bytes: Uint8Array,
    range: Range,
    seriesId: bigint,
    pointTime: bigint,
    context: ItemContext,
  ): void {
    this.#exemplars.add(bytes, range, seriesId, pointTime, context.sliceSeconds);
  }

  #addMetric(bytes: Uint8Array, from: number, to: number, context: ItemContext): void {
    try {
      const metric = readMetric(bytes, from, to, context);
      const reader = metric === undefined ? undefined : this.#readers[readerOf(metric.header.type)];
      if (metric === undefined || reader === undefined) return;
      const base = headerKey(metric.header);
      const cursor = new ProtobufCursor(bytes, metric.dataFrom, metric.dataTo);
      while (cursor.next()) {
        if (tagOf(cursor) !== POINTS) continue;
        this.#addPoint(bytes, cursor, context, metric.header, base, reader);
      }
      checkFraming(cursor);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#damaged++;
    }
  }

  #addPoint(
    bytes: Uint8Array,
    cursor: ProtobufCursor,
    context: ItemContext,
    header: MetricHeader,
    base: string,
    reader: PointReader,
  ): void {
    for (const marks of this.#marks) marks.set();
    const rowsBefore = this.#exemplars.columns.rows;
    try {
      const point = reader.read(bytes, cursor.start, cursor.end);
      const series = this.#seriesOf(bytes, point, cursor, header, base);
      for (const exemplar of point.exemplars) {
        this.#exemplars.add(bytes, exemplar, series.id, point.time, context.sliceSeconds);
      }
      reader.write(bytes, point, series.id, context);
      this.#series.point(series, point.time);
      this.#countTimes(point.time, context);
      this.rows++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      for (const marks of this.#marks) marks.rewind();
      this.#exemplars.columns.rows = rowsBefore;
      this.#damaged++;
    }
  }

  #seriesOf(
    bytes: Uint8Array,
    point: Point,
    { start, end }: { readonly start: number; readonly end: number },
    header: MetricHeader,
    base: string,
  ): Series {
    let key = `${base}${point.numberType}`;
    for (const { from, to } of point.attributes) key += `${to - from}:${latin1(bytes, from, to)}`;
    const known = this.#series.find(key);
    if (known !== undefined) return known;
    const attributes = point.attributes.map(({ from, to }) => copyOf(bytes, from, to));
    return this.#series.add(key, header, point.numberType, attributes, bytes, start, end);
  }

  #countTimes(time: bigint, context: ItemContext): void {
    const arrival = arrivalNanos(context.receivedAtMs);
    if (isTimeOff(time, arrival)) this.#timeOff++;
    if (isLate(time, arrival)) this.#late++;
  }
}

/** Gauges and sums share a table. */
const readerOf = (type: number): number => Math.max(0, type - 2);

/** All of the header that makes a series, and what its row shows. */
function headerKey(header: MetricHeader): string {
  const { name, unit, description, metadata, type, temporality, monotonic, resource, scope } =
    header;
  const texts = [name, unit, description, ...metadata].map((bytes) => {
    const text = latin1(bytes, 0, bytes.length);
    return `${text.length}:${text}`;
  });
  return `${resource.id} ${scope.id} ${type} ${temporality} ${monotonic} ${texts.join('')} `;
}
