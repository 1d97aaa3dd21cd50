// Spans of a request to rows of `spans`, in plain TypeScript: the reference for the WebAssembly form.

import { SPAN, STATUS } from '../../../otlp/fields.ts';
import { bytesTag, fixed32Tag, fixed64Tag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import {
  MARK_ATTRIBUTES_CUT,
  MARK_COUNT_UNKNOWN,
  MARK_NEGATIVE_DURATION,
  MARK_TIME_OFF,
} from '../../schema/marks.ts';
import { spans } from '../../schema/spans.ts';
import { type ItemContext, sampleWeight, type TableBlock } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { pushLow, pushLowLatin1, pushString, TableColumns } from '../native/columns.ts';
import { latin1 } from '../native/dictionary.ts';
import { checkFraming, fixed32, fixed64, pushId, smallEnum, tagOf, varint32 } from '../wire.ts';
import { AttributeWriter } from './attribute-writer.ts';
import { arrivalNanos, isLate, isTimeOff } from './event-time.ts';
import { RowBuilder } from './row-builder.ts';
import { adjustedCount } from '../../../otlp/sampling/trace-state.ts';
import { EventRows, LinkRows } from './span-children.ts';
import { TermFinder } from './term-finder.ts';
import { TraceTimeRows } from './trace-time-rows.ts';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** A range of the request; absent fields are empty ranges. */
interface Range {
  from: number;
  to: number;
}

const emptyRange = (): Range => ({ from: 0, to: 0 });

/** The fields of one span that are written once all of it was seen: fields come in any order, or not at all. */
class SpanFields {
  readonly traceId = emptyRange();
  readonly spanId = emptyRange();
  readonly parentId = emptyRange();
  readonly traceState = emptyRange();
  readonly name = emptyRange();
  readonly statusMessage = emptyRange();
  kind = 0;
  statusCode = 0;
  flags = 0;
  start = 0n;
  end = 0n;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;

  reset(at: number): void {
    for (const range of [
      this.traceId,
      this.spanId,
      this.parentId,
      this.traceState,
      this.name,
      this.statusMessage,
    ]) {
      range.from = range.to = at;
    }
    this.kind = this.statusCode = this.flags = 0;
    this.start = this.end = 0n;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
  }
}

const take = (range: Range, cursor: ProtobufCursor): void => {
  range.from = cursor.start;
  range.to = cursor.end;
};

export class SpanRows extends RowBuilder {
  readonly #fields = new SpanFields();
  readonly #attributes: AttributeWriter;
  readonly #events: EventRows;
  readonly #links: LinkRows;
  readonly #terms = new TermFinder();
  readonly #traceTimes = new TraceTimeRows();
  readonly #scratch = new ByteBuffer(TRACE_ID_BYTES);

  constructor() {
    const columns = new TableColumns(spans);
    super(columns);
    this.#attributes = new AttributeWriter(
      columns.map('Attributes'),
      columns.low('AttributeTypes'),
      'span',
      this.counter,
    );
    this.#events = new EventRows(columns, this.counter);
    this.#links = new LinkRows(columns, this.counter);
  }

  protected appendRow(bytes: Uint8Array, from: number, to: number, context: ItemContext): void {
    this.#fields.reset(from);
    this.#attributes.begin();
    this.#events.begin();
    this.#links.begin();
    this.#terms.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) this.#read(cursor, bytes);
    checkFraming(cursor);
    this.#write(bytes, context);
  }

  protected override takePeers(): string[] {
    return this.#terms.takePeers();
  }

  protected override finishOthers(): TableBlock[] {
    return [this.#traceTimes.finish(this.sliceSeconds)];
  }

  #read(cursor: ProtobufCursor, bytes: Uint8Array): void {
    const fields = this.#fields;
    const { start, end } = cursor;
    const weight = sampleWeight(this.rows);
    switch (tagOf(cursor)) {
      case bytesTag(SPAN.traceId):
        return take(fields.traceId, cursor);
      case bytesTag(SPAN.spanId):
        return take(fields.spanId, cursor);
      case bytesTag(SPAN.traceState):
        return take(fields.traceState, cursor);
      case bytesTag(SPAN.parentSpanId):
        return take(fields.parentId, cursor);
      case bytesTag(SPAN.name):
        return take(fields.name, cursor);
      case varintTag(SPAN.kind):
        fields.kind = smallEnum(bytes, start, end);
        return;
      case fixed64Tag(SPAN.startTimeUnixNano):
        fields.start = fixed64(bytes, start);
        return;
      case fixed64Tag(SPAN.endTimeUnixNano):
        fields.end = fixed64(bytes, start);
        return;
      case bytesTag(SPAN.attributes):
        return this.#attributes.add(bytes, start, end, weight, (key, text) =>
          this.#terms.attribute(key, text),
        );
      case varintTag(SPAN.droppedAttributesCount):
        fields.droppedAttributes = varint32(bytes, start, end);
        return;
      case bytesTag(SPAN.events):
        return this.#events.add(bytes, start, end, weight);
      case varintTag(SPAN.droppedEventsCount):
        fields.droppedEvents = varint32(bytes, start, end);
        return;
      case bytesTag(SPAN.links):
        return this.#links.add(bytes, start, end, weight);
      case varintTag(SPAN.droppedLinksCount):
        fields.droppedLinks = varint32(bytes, start, end);
        return;
      case bytesTag(SPAN.status):
        return this.#readStatus(bytes, start, end);
      case fixed32Tag(SPAN.flags):
        fields.flags = fixed32(bytes, start);
        return;
    }
  }

  #readStatus(bytes: Uint8Array, from: number, to: number): void {
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const tag = tagOf(cursor);
      if (tag === bytesTag(STATUS.message)) take(this.#fields.statusMessage, cursor);
      else if (tag === varintTag(STATUS.code)) {
        this.#fields.statusCode = smallEnum(bytes, cursor.start, cursor.end);
      }
    }
    checkFraming(cursor);
  }

  #write(bytes: Uint8Array, context: ItemContext): void {
    const { columns } = this;
    const fields = this.#fields;
    const { traceId, spanId, parentId, traceState, name, statusMessage } = fields;
    columns.fixed('Slice').data.pushUint32(context.sliceSeconds);
    columns.fixed('ReceivedAt').data.pushCount(context.receivedAtMs);
    columns.fixed('StartTime').data.pushUint64(fields.start);
    const ids = columns.fixed('TraceId').data;
    pushId(ids, TRACE_ID_BYTES, bytes, traceId.from, traceId.to);
    pushId(columns.fixed('SpanId').data, SPAN_ID_BYTES, bytes, spanId.from, spanId.to);
    pushId(columns.fixed('ParentSpanId').data, SPAN_ID_BYTES, bytes, parentId.from, parentId.to);
    pushString(columns.string('TraceState'), bytes, traceState.from, traceState.to);
    columns.fixed('Flags').data.pushUint32(fields.flags);
    pushLow(columns.low('Name'), bytes, name.from, name.to);
    columns.fixed('Kind').data.pushUint8(fields.kind);
    const { service } = context.resource;
    pushLow(columns.low('Service'), service, 0, service.length);
    columns.fixed('ResourceId').data.pushUint64(context.resource.id);
    columns.fixed('ScopeId').data.pushUint64(context.scope.id);
    columns.fixed('Duration').data.pushUint64(fields.end - fields.start);
    columns.fixed('StatusCode').data.pushUint8(fields.statusCode);
    pushString(columns.string('StatusMessage'), bytes, statusMessage.from, statusMessage.to);
    const weight = adjustedCount(latin1(bytes, traceState.from, traceState.to));
    columns.fixed('AdjustedCount').data.pushFloat64(weight ?? 1);
    this.#attributes.end();
    this.#events.end();
    this.#links.end();
    columns.fixed('Marks').data.pushUint8(this.#marksOf(weight, context));
    columns.fixed('DroppedAttributes').data.pushUint32(fields.droppedAttributes);
    columns.fixed('DroppedEvents').data.pushUint32(fields.droppedEvents);
    columns.fixed('DroppedLinks').data.pushUint32(fields.droppedLinks);
    this.#scratch.clear();
    pushId(this.#scratch, TRACE_ID_BYTES, bytes, traceId.from, traceId.to);
    this.#traceTimes.add(this.#scratch.bytes, 0, fields.start, fields.end);
    this.#writeTerms(bytes);
  }

  #writeTerms(bytes: Uint8Array): void {
    const { columns } = this;
    const { kind, parentId, name } = this.#fields;
    this.#scratch.clear();
    pushId(this.#scratch, SPAN_ID_BYTES, bytes, parentId.from, parentId.to);
    const hasParent = this.#scratch.written.some((byte) => byte !== 0);
    const { endpoint, peer, outcome } = this.#terms.end(
      kind,
      hasParent,
      latin1(bytes, name.from, name.to),
    );
    pushLowLatin1(columns.low('Endpoint'), endpoint);
    pushLowLatin1(columns.low('Peer'), peer);
    pushLowLatin1(columns.low('Outcome'), outcome);
  }

  #marksOf(weight: number | undefined, context: ItemContext): number {
    const { start, end } = this.#fields;
    const arrival = arrivalNanos(context.receivedAtMs);
    const cut = this.#attributes.cut + this.#events.cut + this.#links.cut;
    const timeOff = isTimeOff(start, arrival);
    this.cut += cut;
    if (timeOff) this.timeOff++;
    if (isLate(end, arrival)) this.late++;
    return (
      (weight === undefined ? MARK_COUNT_UNKNOWN : 0) |
      (timeOff ? MARK_TIME_OFF : 0) |
      (end < start ? MARK_NEGATIVE_DURATION : 0) |
      (cut > 0 ? MARK_ATTRIBUTES_CUT : 0)
    );
  }
}
