// Events and links of a span: parallel array columns, one entry a child.

import { SPAN_EVENT, SPAN_LINK } from '../../../otlp/fields.ts';
import { bytesTag, fixed32Tag, fixed64Tag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import type { ByteBuffer } from '../native/byte-buffer.ts';
import type { ArrayColumn, FixedColumn, LowColumn, StringColumn } from '../native/columns.ts';
import { pushLow, pushString, type TableColumns } from '../native/columns.ts';
import { checkFraming, fixed32, fixed64, pushId, tagOf, varint32 } from '../wire.ts';
import { AttributeWriter } from './attribute-writer.ts';
import type { CompletionCounter } from './completion-counter.ts';

/** The array columns of one kind of child. */
abstract class ChildRows {
  /** Attributes of the present span's children that were beyond the limit. */
  cut = 0;
  protected readonly attributes: AttributeWriter;
  readonly #dropped: ArrayColumn<FixedColumn>;
  readonly #offsets: readonly ByteBuffer[];

  protected constructor(
    columns: TableColumns,
    prefix: 'Event' | 'Link',
    others: readonly ArrayColumn[],
    counter: CompletionCounter,
  ) {
    const maps = columns.arrayOf(`${prefix}Attributes`, 'map');
    const types = columns.arrayOf(`${prefix}AttributeTypes`, 'low');
    const place = prefix === 'Event' ? 'event' : 'link';
    this.attributes = new AttributeWriter(maps.inner, types.inner, place, counter);
    this.#dropped = columns.arrayOf(`${prefix}DroppedAttributes`, 'fixed');
    this.#offsets = [...others, maps, types, this.#dropped].map(({ offsets }) => offsets);
  }

  begin(): void {
    this.cut = 0;
  }

  /** Ends the span's row in every array. */
  end(): void {
    const count = this.#dropped.inner.data.length / this.#dropped.inner.width;
    for (const offsets of this.#offsets) offsets.pushCount(count);
  }

  protected finishChild(dropped: number): void {
    this.attributes.end();
    this.cut += this.attributes.cut;
    this.#dropped.inner.data.pushUint32(dropped);
  }
}

export class EventRows extends ChildRows {
  readonly #times: ArrayColumn<FixedColumn>;
  readonly #names: ArrayColumn<LowColumn>;

  constructor(columns: TableColumns, counter: CompletionCounter) {
    const times = columns.arrayOf('EventTimes', 'fixed');
    const names = columns.arrayOf('EventNames', 'low');
    super(columns, 'Event', [times, names], counter);
    this.#times = times;
    this.#names = names;
  }

  add(bytes: Uint8Array, from: number, to: number, weight: number): void {
    let time = 0n;
    let dropped = 0;
    let [nameFrom, nameTo] = [from, from];
    this.attributes.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === fixed64Tag(SPAN_EVENT.timeUnixNano)) time = fixed64(bytes, start);
      else if (tag === bytesTag(SPAN_EVENT.name)) [nameFrom, nameTo] = [start, end];
      else if (tag === bytesTag(SPAN_EVENT.attributes)) {
        this.attributes.add(bytes, start, end, weight);
      } else if (tag === varintTag(SPAN_EVENT.droppedAttributesCount)) {
        dropped = varint32(bytes, start, end);
      }
    }
    checkFraming(cursor);
    this.#times.inner.data.pushUint64(time);
    pushLow(this.#names.inner, bytes, nameFrom, nameTo);
    this.finishChild(dropped);
  }
}

export class LinkRows extends ChildRows {
  readonly #traceIds: ArrayColumn<FixedColumn>;
  readonly #spanIds: ArrayColumn<FixedColumn>;
  readonly #traceStates: ArrayColumn<StringColumn>;
  readonly #flags: ArrayColumn<FixedColumn>;

  constructor(columns: TableColumns, counter: CompletionCounter) {
    const traceIds = columns.arrayOf('LinkTraceIds', 'fixed');
    const spanIds = columns.arrayOf('LinkSpanIds', 'fixed');
    const traceStates = columns.arrayOf('LinkTraceStates', 'string');
    const flags = columns.arrayOf('LinkFlags', 'fixed');
    super(columns, 'Link', [traceIds, spanIds, traceStates, flags], counter);
    this.#traceIds = traceIds;
    this.#spanIds = spanIds;
    this.#traceStates = traceStates;
    this.#flags = flags;
  }

  add(bytes: Uint8Array, from: number, to: number, weight: number): void {
    let flags = 0;
    let dropped = 0;
    let [traceFrom, traceTo, spanFrom, spanTo] = [from, from, from, from];
    let [stateFrom, stateTo] = [from, from];
    this.attributes.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === bytesTag(SPAN_LINK.traceId)) [traceFrom, traceTo] = [start, end];
      else if (tag === bytesTag(SPAN_LINK.spanId)) [spanFrom, spanTo] = [start, end];
      else if (tag === bytesTag(SPAN_LINK.traceState)) [stateFrom, stateTo] = [start, end];
      else if (tag === bytesTag(SPAN_LINK.attributes)) {
        this.attributes.add(bytes, start, end, weight);
      } else if (tag === varintTag(SPAN_LINK.droppedAttributesCount)) {
        dropped = varint32(bytes, start, end);
      } else if (tag === fixed32Tag(SPAN_LINK.flags)) flags = fixed32(bytes, start);
    }
    checkFraming(cursor);
    pushId(this.#traceIds.inner.data, 16, bytes, traceFrom, traceTo);
    pushId(this.#spanIds.inner.data, 8, bytes, spanFrom, spanTo);
    pushString(this.#traceStates.inner, bytes, stateFrom, stateTo);
    this.#flags.inner.data.pushUint32(flags);
    this.finishChild(dropped);
  }
}
