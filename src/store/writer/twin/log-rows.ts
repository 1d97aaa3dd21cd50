// Log records of a request to rows of `logs`, in plain TypeScript: the reference for the WebAssembly form.

import { LOG_RECORD } from '../../../otlp/fields.ts';
import { bytesTag, fixed32Tag, fixed64Tag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import { logs } from '../../schema/logs.ts';
import { MARK_ATTRIBUTES_CUT, MARK_TIME_OFF, MARK_TIME_UNSET } from '../../schema/marks.ts';
import { type ItemContext, sampleWeight } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { pushLow, pushString, TableColumns } from '../native/columns.ts';
import { checkFraming, fixed32, fixed64, pushId, smallEnum, tagOf, varint32 } from '../wire.ts';
import { AttributeWriter } from './attribute-writer.ts';
import { arrivalNanos, isLate, isTimeOff } from './event-time.ts';
import { RowBuilder } from './row-builder.ts';
import { pushValueText } from './value-text.ts';

type Range = readonly [from: number, to: number];

/** The fields of one record that are written once all of it was seen. */
interface LogFields {
  time: bigint;
  observed: bigint;
  severity: number;
  flags: number;
  dropped: number;
  severityText: Range;
  traceId: Range;
  spanId: Range;
  eventName: Range;
  /** Undefined: the record has no body. */
  body: Range | undefined;
}

const noFields = (at: number): LogFields => ({
  time: 0n,
  observed: 0n,
  severity: 0,
  flags: 0,
  dropped: 0,
  severityText: [at, at],
  traceId: [at, at],
  spanId: [at, at],
  eventName: [at, at],
  body: undefined,
});

export class LogRows extends RowBuilder {
  readonly #attributes: AttributeWriter;
  readonly #body = new ByteBuffer();
  readonly #letter = new Uint8Array(1);

  constructor() {
    const columns = new TableColumns(logs);
    super(columns);
    this.#attributes = new AttributeWriter(
      columns.map('Attributes'),
      columns.low('AttributeTypes'),
      'log',
      this.counter,
    );
  }

  protected appendRow(bytes: Uint8Array, from: number, to: number, context: ItemContext): void {
    const fields = noFields(from);
    this.#attributes.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) this.#read(cursor, bytes, fields);
    checkFraming(cursor);
    this.#write(bytes, fields, context);
  }

  #read(cursor: ProtobufCursor, bytes: Uint8Array, fields: LogFields): void {
    const { start, end } = cursor;
    switch (tagOf(cursor)) {
      case fixed64Tag(LOG_RECORD.timeUnixNano):
        fields.time = fixed64(bytes, start);
        return;
      case fixed64Tag(LOG_RECORD.observedTimeUnixNano):
        fields.observed = fixed64(bytes, start);
        return;
      case varintTag(LOG_RECORD.severityNumber):
        fields.severity = smallEnum(bytes, start, end);
        return;
      case bytesTag(LOG_RECORD.severityText):
        fields.severityText = [start, end];
        return;
      case bytesTag(LOG_RECORD.body):
        fields.body = [start, end];
        return;
      case bytesTag(LOG_RECORD.attributes):
        return this.#attributes.add(bytes, start, end, sampleWeight(this.rows));
      case varintTag(LOG_RECORD.droppedAttributesCount):
        fields.dropped = varint32(bytes, start, end);
        return;
      case fixed32Tag(LOG_RECORD.flags):
        fields.flags = fixed32(bytes, start);
        return;
      case bytesTag(LOG_RECORD.traceId):
        fields.traceId = [start, end];
        return;
      case bytesTag(LOG_RECORD.spanId):
        fields.spanId = [start, end];
        return;
      case bytesTag(LOG_RECORD.eventName):
        fields.eventName = [start, end];
        return;
    }
  }

  #write(bytes: Uint8Array, fields: LogFields, context: ItemContext): void {
    const { columns } = this;
    const arrival = arrivalNanos(context.receivedAtMs);
    const time = fields.time || fields.observed || arrival;
    columns.fixed('Slice').data.pushUint32(context.sliceSeconds);
    columns.fixed('ReceivedAt').data.pushCount(context.receivedAtMs);
    columns.fixed('Time').data.pushUint64(time);
    columns.fixed('ObservedTime').data.pushUint64(fields.observed);
    columns.fixed('StreamId').data.pushUint64(context.resource.streamId);
    columns.fixed('ResourceId').data.pushUint64(context.resource.id);
    columns.fixed('ScopeId').data.pushUint64(context.scope.id);
    const { service } = context.resource;
    pushLow(columns.low('Service'), service, 0, service.length);
    pushId(columns.fixed('TraceId').data, 16, bytes, ...fields.traceId);
    pushId(columns.fixed('SpanId').data, 8, bytes, ...fields.spanId);
    columns.fixed('Flags').data.pushUint32(fields.flags);
    columns.fixed('SeverityNumber').data.pushUint8(fields.severity);
    pushLow(columns.low('SeverityText'), bytes, ...fields.severityText);
    this.#writeBody(bytes, fields.body);
    pushLow(columns.low('EventName'), bytes, ...fields.eventName);
    this.#attributes.end();
    columns.fixed('Marks').data.pushUint8(this.#marksOf(fields, time, arrival));
    columns.fixed('DroppedAttributes').data.pushUint32(fields.dropped);
  }

  #writeBody(bytes: Uint8Array, body: Range | undefined): void {
    const text = this.#body;
    text.clear();
    if (body !== undefined) this.#letter[0] = pushValueText(text, bytes, ...body);
    pushString(this.columns.string('Body'), text.bytes, 0, text.length);
    pushLow(this.columns.low('BodyType'), this.#letter, 0, body === undefined ? 0 : 1);
  }

  #marksOf(fields: LogFields, time: bigint, arrival: bigint): number {
    const { cut } = this.#attributes;
    const timeOff = isTimeOff(time, arrival);
    this.cut += cut;
    if (timeOff) this.timeOff++;
    if (isLate(time, arrival)) this.late++;
    return (
      (timeOff ? MARK_TIME_OFF : 0) |
      (fields.time === 0n ? MARK_TIME_UNSET : 0) |
      (cut > 0 ? MARK_ATTRIBUTES_CUT : 0)
    );
  }
}
