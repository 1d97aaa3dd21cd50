// Exemplars of metric points to rows of `exemplars`.

import { EXEMPLAR } from '../../../otlp/fields.ts';
import { bytesTag, fixed64Tag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import { exemplars } from '../../schema/metrics.ts';
import { TableColumns } from '../native/columns.ts';
import { checkFraming, fixed64, float64, pushId, tagOf } from '../wire.ts';
import { AttributeWriter } from './attribute-writer.ts';
import type { CompletionCounter } from './completion-counter.ts';
import type { Range } from './point-rows.ts';

const DOUBLE = 1;
const INT = 2;

export class ExemplarRows {
  readonly columns = new TableColumns(exemplars);
  /** Attributes that were beyond the limit. */
  cut = 0;
  readonly #attributes: AttributeWriter;

  constructor(counter: CompletionCounter) {
    const { columns } = this;
    this.#attributes = new AttributeWriter(
      columns.map('Attributes'),
      columns.low('AttributeTypes'),
      'point',
      counter,
    );
  }

  add(
    bytes: Uint8Array,
    { from, to }: Range,
    seriesId: bigint,
    pointTime: bigint,
    sliceSeconds: number,
  ): void {
    let [time, value, int, valueType] = [0n, 0, 0n, 0];
    let [traceFrom, traceTo, spanFrom, spanTo] = [from, from, from, from];
    this.#attributes.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === fixed64Tag(EXEMPLAR.timeUnixNano)) time = fixed64(bytes, start);
      else if (tag === fixed64Tag(EXEMPLAR.asDouble)) {
        [value, int, valueType] = [float64(bytes, start), 0n, DOUBLE];
      } else if (tag === fixed64Tag(EXEMPLAR.asInt)) {
        int = BigInt.asIntN(64, fixed64(bytes, start));
        [value, valueType] = [Number(int), INT];
      } else if (tag === bytesTag(EXEMPLAR.spanId)) [spanFrom, spanTo] = [start, end];
      else if (tag === bytesTag(EXEMPLAR.traceId)) [traceFrom, traceTo] = [start, end];
      else if (tag === bytesTag(EXEMPLAR.filteredAttributes)) {
        this.#attributes.add(bytes, start, end, 0);
      }
    }
    checkFraming(cursor);
    this.#attributes.end();
    this.cut += this.#attributes.cut;
    const { columns } = this;
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('SeriesId').data.pushUint64(seriesId);
    columns.fixed('PointTime').data.pushUint64(pointTime);
    columns.fixed('Time').data.pushUint64(time);
    columns.fixed('Value').data.pushFloat64(value);
    columns.fixed('Int').data.pushUint64(int);
    columns.fixed('ValueType').data.pushUint8(valueType);
    pushId(columns.fixed('TraceId').data, 16, bytes, traceFrom, traceTo);
    pushId(columns.fixed('SpanId').data, 8, bytes, spanFrom, spanTo);
    columns.rows++;
  }
}
