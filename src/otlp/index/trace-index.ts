// The index over an ExportTraceServiceRequest: one row a span, in typed arrays, nothing decoded. What tail sampling,
// batching, routing and the trace pass need to choose spans without touching their attributes.

import { SPAN, STATUS } from '../fields.ts';
import { type Groups, type GroupTable, NONE, scanGroups } from './group-table.ts';
import { Slab } from './slab.ts';
import { WireType } from '../wire/protobuf-cursor.ts';
import { allZero, copyTraceWords, SPAN_ID_BYTES, TRACE_ID_BYTES, word } from './ids.ts';
import { bytesTag, fixed32Tag, fixed64Tag, scan, scanField, smallEnum, varintTag } from './scan.ts';

const TRACE_ID = bytesTag(SPAN.traceId);
const SPAN_ID = bytesTag(SPAN.spanId);
const TRACE_STATE = bytesTag(SPAN.traceState);
const PARENT = bytesTag(SPAN.parentSpanId);
const NAME = bytesTag(SPAN.name);
const KIND = varintTag(SPAN.kind);
const START = fixed64Tag(SPAN.startTimeUnixNano);
const END = fixed64Tag(SPAN.endTimeUnixNano);
const STATUS_FIELD = bytesTag(SPAN.status);
const STATUS_CODE = varintTag(STATUS.code);
const ATTRIBUTE = bytesTag(SPAN.attributes);
const FLAGS = fixed32Tag(SPAN.flags);

/** Two times, sixteen words, two bytes, of which the id takes four words. */
const BYTES_PER_SPAN = 2 * 8 + 18 * 4 + 2;

export class TraceIndex {
  readonly count: number;
  readonly resources: GroupTable;
  readonly scopes: GroupTable;
  /** Where the span's field begins (its tag), where its message begins and ends. */
  readonly fieldStart: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Numbers of the groups it stands in. */
  readonly resource: Int32Array;
  readonly scope: Int32Array;
  /** Offset of the 16 bytes; their four words are at 4 × span in `traceWords`. */
  readonly traceId: Int32Array;
  readonly traceWords: Uint32Array;
  /** Offset of the 8 bytes. */
  readonly spanId: Int32Array;
  /** Offset of the 8 bytes; NONE for a span without parent (not sent, zeros, or not 8 bytes). */
  readonly parentId: Int32Array;
  readonly nameStart: Int32Array;
  readonly nameEnd: Int32Array;
  /** Range of trace_state; NONE where not sent. */
  readonly stateStart: Int32Array;
  readonly stateEnd: Int32Array;
  /** start_time_unix_nano and end_time_unix_nano; two 32-bit words each, low one first, in the arrays of words. */
  readonly startTime: BigUint64Array;
  readonly startTimeWords: Uint32Array;
  readonly endTime: BigUint64Array;
  readonly endTimeWords: Uint32Array;
  /** 0 unset, 1 ok, 2 error; anything that does not fit a byte is 255. */
  readonly statusCode: Uint8Array;
  readonly kind: Uint8Array;
  readonly flags: Uint32Array;

  readonly #bytes: Uint8Array;

  /** @param items number of spans, as counted by `checkRequest`. */
  constructor(bytes: Uint8Array, items: number) {
    this.#bytes = bytes;
    const slab = new Slab(items * BYTES_PER_SPAN);
    [this.startTime, this.startTimeWords] = slab.uint64(items);
    [this.endTime, this.endTimeWords] = slab.uint64(items);
    this.fieldStart = slab.int32(items);
    this.start = slab.int32(items);
    this.end = slab.int32(items);
    this.resource = slab.int32(items);
    this.scope = slab.int32(items);
    this.traceId = slab.int32(items);
    this.traceWords = slab.uint32(items * 4);
    this.spanId = slab.int32(items);
    this.parentId = slab.int32(items);
    this.nameStart = slab.int32(items);
    this.nameEnd = slab.int32(items);
    this.stateStart = slab.int32(items);
    this.stateEnd = slab.int32(items);
    this.flags = slab.uint32(items);
    this.statusCode = slab.uint8(items);
    this.kind = slab.uint8(items);
    let count = 0;
    const groups: Groups = scanGroups(bytes, (fieldStart, start, end, resource, scope) => {
      const span = count++;
      this.fieldStart[span] = fieldStart;
      this.start[span] = start;
      this.end[span] = end;
      this.resource[span] = resource;
      this.scope[span] = scope;
      this.parentId[span] = NONE;
      this.stateStart[span] = NONE;
      this.#scanSpan(span, start, end);
    });
    this.resources = groups.resources;
    this.scopes = groups.scopes;
    this.count = count;
    if (count !== items) throw new Error(`${count} spans where ${items} were counted`);
  }

  #scanSpan(span: number, from: number, to: number): void {
    const bytes = this.#bytes;
    let at = from;
    while (at < to) {
      // Most fields are shorter than 128 bytes: they are read here, the others by the general scanner.
      let tag = bytes[at] ?? 0;
      let start = at + 2;
      let end = start + (bytes[at + 1] ?? 0);
      if ((tag & 0x87) !== WireType.bytes || end > to || end - start > 127) {
        scanField(bytes, at, to);
        ({ tag, start, end } = scan);
      }
      at = end;
      if (tag === ATTRIBUTE) continue; // most of the others
      switch (tag) {
        case TRACE_ID:
          if (end - start !== TRACE_ID_BYTES) break;
          this.traceId[span] = start;
          copyTraceWords(bytes, start, this.traceWords, span * 4);
          break;
        case SPAN_ID:
          if (end - start === SPAN_ID_BYTES) this.spanId[span] = start;
          break;
        case PARENT:
          this.parentId[span] =
            end - start === SPAN_ID_BYTES && !allZero(bytes, start, end) ? start : NONE;
          break;
        case TRACE_STATE:
          this.stateStart[span] = start;
          this.stateEnd[span] = end;
          break;
        case NAME:
          this.nameStart[span] = start;
          this.nameEnd[span] = end;
          break;
        case KIND:
          this.kind[span] = smallEnum(bytes, start, end);
          break;
        case START:
          this.startTimeWords[span * 2] = word(bytes, start);
          this.startTimeWords[span * 2 + 1] = word(bytes, start + 4);
          break;
        case END:
          this.endTimeWords[span * 2] = word(bytes, start);
          this.endTimeWords[span * 2 + 1] = word(bytes, start + 4);
          break;
        case STATUS_FIELD:
          this.statusCode[span] = statusCode(bytes, start, end);
          break;
        case FLAGS:
          this.flags[span] = word(bytes, start);
          break;
      }
    }
  }
}

function statusCode(bytes: Uint8Array, from: number, to: number): number {
  let code = 0;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag === STATUS_CODE) code = smallEnum(bytes, scan.start, scan.end);
  }
  return code;
}
