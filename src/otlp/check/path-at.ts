// Where a byte offset lies in a request, in the words of the .proto files: `resource_spans[0].scope_spans[2].spans[7]`.
// Asked for only when something is wrong, so it walks again instead of keeping track.

import type { Signal } from '../../base/signal.ts';
import { type FieldSchema, type MessageSchema, SCHEMA } from '../schema.ts';
import { ProtobufCursor, WireType } from '../wire/protobuf-cursor.ts';

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Path of the field that begins at `offset`, or of the innermost message that holds it. */
export function pathAt(signal: Signal, bytes: Uint8Array, offset: number): string {
  const path: string[] = [];
  let message: MessageSchema | undefined = SCHEMA[signal].request;
  let cursor = new ProtobufCursor(bytes);
  while (message !== undefined) {
    const found = findField(message, cursor, offset);
    if (found === undefined) break;
    path.push(found.name);
    if (cursor.fieldStart === offset || cursor.wireType !== WireType.bytes) break;
    message = found.field?.message;
    cursor = cursor.enter();
  }
  return path.length === 0 ? 'request' : path.join('.');
}

interface Found {
  readonly name: string;
  readonly field: FieldSchema | undefined;
}

function findField(
  message: MessageSchema,
  cursor: ProtobufCursor,
  offset: number,
): Found | undefined {
  const counts = new Map<number, number>();
  while (cursor.next()) {
    const nth = counts.get(cursor.field) ?? 0;
    counts.set(cursor.field, nth + 1);
    if (offset >= cursor.end) continue;
    const field = message.byNumber[cursor.field];
    if (field === undefined) return { name: `field ${cursor.field}`, field };
    return { name: nameOf(field, nth), field };
  }
  // The fault is in this very field: its tag could be read, its value could not.
  const field = message.byNumber[cursor.field];
  if (cursor.fault === undefined || field === undefined) return undefined;
  return { name: nameOf(field, counts.get(cursor.field) ?? 0), field: undefined };
}

const nameOf = (field: FieldSchema, nth: number): string =>
  field.repeated ? `${snakeCase(field.name)}[${nth}]` : snakeCase(field.name);
