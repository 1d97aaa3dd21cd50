// The index over an ExportLogsServiceRequest: one row a log record, in typed arrays, nothing decoded.

import { LOG_RECORD } from '../fields.ts';
import { type GroupTable, NONE, scanGroups } from './group-table.ts';
import { Slab } from './slab.ts';
import { WireType } from '../wire/protobuf-cursor.ts';
import { allZero, copyTraceWords, SPAN_ID_BYTES, TRACE_ID_BYTES, word } from './ids.ts';
import { bytesTag, fixed32Tag, fixed64Tag, scan, scanField, smallEnum, varintTag } from './scan.ts';

const TIME = fixed64Tag(LOG_RECORD.timeUnixNano);
const OBSERVED = fixed64Tag(LOG_RECORD.observedTimeUnixNano);
const SEVERITY = varintTag(LOG_RECORD.severityNumber);
const BODY = bytesTag(LOG_RECORD.body);
const TRACE_ID = bytesTag(LOG_RECORD.traceId);
const SPAN_ID = bytesTag(LOG_RECORD.spanId);
const ATTRIBUTE = bytesTag(LOG_RECORD.attributes);
const FLAGS = fixed32Tag(LOG_RECORD.flags);

/** Two times, fourteen words, a byte. */
const BYTES_PER_RECORD = 2 * 8 + 15 * 4 + 1;

export class LogIndex {
  readonly count: number;
  readonly resources: GroupTable;
  readonly scopes: GroupTable;
  /** Where the record's field begins (its tag), where its message begins and ends. */
  readonly fieldStart: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Numbers of the groups it stands in. */
  readonly resource: Int32Array;
  readonly scope: Int32Array;
  /** time_unix_nano and observed_time_unix_nano as sent, 0 where not; low word first in the arrays of words. */
  readonly time: BigUint64Array;
  readonly timeWords: Uint32Array;
  readonly observedTime: BigUint64Array;
  readonly observedTimeWords: Uint32Array;
  /** Offset of the 16 bytes; NONE for a record without a trace (not sent, zeros, or not 16 bytes). */
  readonly traceId: Int32Array;
  readonly traceWords: Uint32Array;
  /** Offset of the 8 bytes, or NONE likewise. */
  readonly spanId: Int32Array;
  readonly severityNumber: Uint8Array;
  readonly flags: Uint32Array;
  /** The AnyValue of the body; NONE where not sent. */
  readonly bodyStart: Int32Array;
  readonly bodyEnd: Int32Array;

  readonly #bytes: Uint8Array;

  /** @param items number of records, as counted by `checkRequest`. */
  constructor(bytes: Uint8Array, items: number) {
    this.#bytes = bytes;
    const slab = new Slab(items * BYTES_PER_RECORD);
    [this.time, this.timeWords] = slab.uint64(items);
    [this.observedTime, this.observedTimeWords] = slab.uint64(items);
    this.fieldStart = slab.int32(items);
    this.start = slab.int32(items);
    this.end = slab.int32(items);
    this.resource = slab.int32(items);
    this.scope = slab.int32(items);
    this.traceId = slab.int32(items);
    this.traceWords = slab.uint32(items * 4);
    this.spanId = slab.int32(items);
    this.bodyStart = slab.int32(items);
    this.bodyEnd = slab.int32(items);
    this.flags = slab.uint32(items);
    this.severityNumber = slab.uint8(items);
    let count = 0;
    const groups = scanGroups(bytes, (fieldStart, start, end, resource, scope) => {
      const record = count++;
      this.fieldStart[record] = fieldStart;
      this.start[record] = start;
      this.end[record] = end;
      this.resource[record] = resource;
      this.scope[record] = scope;
      this.traceId[record] = NONE;
      this.spanId[record] = NONE;
      this.bodyStart[record] = NONE;
      this.#scanRecord(record, start, end);
    });
    this.resources = groups.resources;
    this.scopes = groups.scopes;
    this.count = count;
    if (count !== items) throw new Error(`${count} log records where ${items} were counted`);
  }

  #scanRecord(record: number, from: number, to: number): void {
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
        case TIME:
          this.timeWords[record * 2] = word(bytes, start);
          this.timeWords[record * 2 + 1] = word(bytes, start + 4);
          break;
        case OBSERVED:
          this.observedTimeWords[record * 2] = word(bytes, start);
          this.observedTimeWords[record * 2 + 1] = word(bytes, start + 4);
          break;
        case SEVERITY:
          this.severityNumber[record] = smallEnum(bytes, start, end);
          break;
        case BODY:
          this.bodyStart[record] = start;
          this.bodyEnd[record] = end;
          break;
        case TRACE_ID:
          this.#takeTraceId(record, start, end);
          break;
        case SPAN_ID:
          this.spanId[record] =
            end - start === SPAN_ID_BYTES && !allZero(bytes, start, end) ? start : NONE;
          break;
        case FLAGS:
          this.flags[record] = word(bytes, start);
          break;
      }
    }
  }

  #takeTraceId(record: number, start: number, end: number): void {
    const set = end - start === TRACE_ID_BYTES && !allZero(this.#bytes, start, end);
    this.traceId[record] = set ? start : NONE;
    if (set) copyTraceWords(this.#bytes, start, this.traceWords, record * 4);
    else this.traceWords.fill(0, record * 4, record * 4 + 4);
  }
}
