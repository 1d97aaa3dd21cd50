// The index over an ExportTraceServiceRequest: one row a span, in typed arrays, nothing decoded. What tail sampling,
// batching, routing and the trace pass need to choose spans without touching their attributes.

import { SPAN, STATUS } from '../fields.ts';
import { type Groups, type GroupTable, NONE, scanGroups } from './group-table.ts';
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
const FLAGS = fixed32Tag(SPAN.flags);

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
    this.fieldStart = new Int32Array(items);
    this.start = new Int32Array(items);
    this.end = new Int32Array(items);
    this.resource = new Int32Array(items);
    this.scope = new Int32Array(items);
    this.traceId = new Int32Array(items).fill(NONE);
    this.traceWords = new Uint32Array(items * 4);
    this.spanId = new Int32Array(items).fill(NONE);
    this.parentId = new Int32Array(items).fill(NONE);
    this.nameStart = new Int32Array(items);
    this.nameEnd = new Int32Array(items);
    this.stateStart = new Int32Array(items).fill(NONE);
    this.stateEnd = new Int32Array(items).fill(NONE);
    this.startTimeWords = new Uint32Array(items * 2);
    this.startTime = new BigUint64Array(this.startTimeWords.buffer);
    this.endTimeWords = new Uint32Array(items * 2);
    this.endTime = new BigUint64Array(this.endTimeWords.buffer);
    this.statusCode = new Uint8Array(items);
    this.kind = new Uint8Array(items);
    this.flags = new Uint32Array(items);
    let count = 0;
    const groups: Groups = scanGroups(bytes, (fieldStart, start, end, resource, scope) => {
      const span = count++;
      this.fieldStart[span] = fieldStart;
      this.start[span] = start;
      this.end[span] = end;
      this.resource[span] = resource;
      this.scope[span] = scope;
      this.#scanSpan(span, start, end);
    });
    this.resources = groups.resources;
    this.scopes = groups.scopes;
    this.count = count;
    if (count !== items) throw new Error(`${count} spans where ${items} were counted`);
  }

  #scanSpan(span: number, from: number, to: number): void {
    const bytes = this.#bytes;
    for (let at = from; at < to; at = scan.end) {
      scanField(bytes, at, to);
      const start = scan.start;
      switch (scan.tag) {
        case TRACE_ID:
          if (scan.end - start !== TRACE_ID_BYTES) break;
          this.traceId[span] = start;
          copyTraceWords(bytes, start, this.traceWords, span * 4);
          break;
        case SPAN_ID:
          if (scan.end - start === SPAN_ID_BYTES) this.spanId[span] = start;
          break;
        case PARENT:
          this.parentId[span] =
            scan.end - start === SPAN_ID_BYTES && !allZero(bytes, start, scan.end) ? start : NONE;
          break;
        case TRACE_STATE:
          this.stateStart[span] = start;
          this.stateEnd[span] = scan.end;
          break;
        case NAME:
          this.nameStart[span] = start;
          this.nameEnd[span] = scan.end;
          break;
        case KIND:
          this.kind[span] = smallEnum(bytes, start, scan.end);
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
          this.statusCode[span] = statusCode(bytes, start, scan.end);
          break;
        case FLAGS:
          this.flags[span] = word(bytes, start);
          break;
      }
    }
  }
}

/** Leaves `scan` at the end of the status, as its caller's loop expects. */
function statusCode(bytes: Uint8Array, from: number, to: number): number {
  let code = 0;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag === STATUS_CODE) code = smallEnum(bytes, scan.start, scan.end);
  }
  scan.end = to;
  return code;
}
