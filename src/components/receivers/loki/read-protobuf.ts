// A push request in protobuf, not packed any more. Lines are copied as bytes, never decoded.

import { parseLabels } from '../../../base/loki/label-text.ts';
import {
  ENTRY,
  LABEL_PAIR,
  NANOS_PER_SECOND,
  PUSH_REQUEST,
  STREAM,
  TIMESTAMP,
} from '../../../base/loki/push-fields.ts';
import { ProtobufCursor, WireType } from '../../../otlp/wire/protobuf-cursor.ts';
import { badPush } from './read-json.ts';
import type { Pair, RecordWriter, TextRange } from './record-writer.ts';

/** @throws AppError `LOKI_BAD_PUSH` */
export function readProtobuf(bytes: Uint8Array, writer: RecordWriter): void {
  const cursor = new ProtobufCursor(bytes);
  for (let at = 0; cursor.next();) {
    if (cursor.field === PUSH_REQUEST.streams) readStream(bytes, message(cursor), at++, writer);
  }
  check(cursor);
}

function message(cursor: ProtobufCursor): ProtobufCursor {
  if (cursor.wireType !== WireType.bytes) {
    throw badPush(`field ${cursor.field} is of another wire type`);
  }
  return cursor.enter();
}

function check(cursor: ProtobufCursor): void {
  if (cursor.fault !== undefined) throw badPush(`the protobuf is damaged (${cursor.fault})`);
}

function readStream(
  bytes: Uint8Array,
  cursor: ProtobufCursor,
  at: number,
  writer: RecordWriter,
): void {
  let labels = '';
  // Labels come first from everyone, but need not.
  const entries: ProtobufCursor[] = [];
  while (cursor.next()) {
    if (cursor.field === STREAM.labels) {
      message(cursor);
      labels = cursor.string();
    } else if (cursor.field === STREAM.entries) entries.push(message(cursor));
  }
  check(cursor);
  if (entries.length === 0) return;
  const parsed = parseLabels(labels);
  if (!parsed.ok) throw badPush(`streams[${at}]: ${parsed.error}`);
  writer.stream(parsed.value);
  for (const entry of entries) readEntry(bytes, entry, writer);
}

function readEntry(bytes: Uint8Array, cursor: ProtobufCursor, writer: RecordWriter): void {
  let timeNanos = 0n;
  let line: TextRange | string = '';
  const metadata: Pair[] = [];
  while (cursor.next()) {
    switch (cursor.field) {
      case ENTRY.timestamp:
        timeNanos = readTime(message(cursor));
        break;
      case ENTRY.line:
        message(cursor);
        line = { bytes, start: cursor.start, end: cursor.end };
        break;
      case ENTRY.structuredMetadata:
        metadata.push(readPair(message(cursor)));
        break;
    }
  }
  check(cursor);
  writer.entry(timeNanos, line, metadata);
}

function readTime(cursor: ProtobufCursor): bigint {
  let seconds = 0n;
  let nanos = 0n;
  while (cursor.next()) {
    if (cursor.wireType !== WireType.varint) continue;
    if (cursor.field === TIMESTAMP.seconds) seconds = cursor.int64();
    else if (cursor.field === TIMESTAMP.nanos) nanos = cursor.int64();
  }
  check(cursor);
  return seconds * NANOS_PER_SECOND + nanos;
}

function readPair(cursor: ProtobufCursor): Pair {
  let name = '';
  let value = '';
  while (cursor.next()) {
    if (cursor.wireType !== WireType.bytes) continue;
    if (cursor.field === LABEL_PAIR.name) name = cursor.string();
    else if (cursor.field === LABEL_PAIR.value) value = cursor.string();
  }
  check(cursor);
  return [name, value];
}
