// How attribute values are stored as text. The letter beside it says the type; the two together give back exactly
// what OTLP carried (src/store/reader/any-value.ts is the way back).
//
//   s string   the bytes as sent            b bool    true, false         n no value   empty
//   i int      decimal, exact               y bytes   base64              a array, m map: JSON, below
//   d double   shortest text that reads back as the same number; NaN, Infinity, -Infinity, -0
//
// In JSON: ints as exact decimals; doubles always with a point (1.0, 1.5e+300); {"$double":"NaN"} and the infinities;
// bytes {"$bytes":"base64"}; no value null; maps as objects with repeated keys kept in order. A key that begins with
// `$` is written with one more, so that a map of the user's never reads as one of these tags. Strings are copied byte
// by byte; only the quote, the backslash and control characters are escaped.

import { Letter } from '../../../otlp/identity/canonical-value.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import type { ByteBuffer } from '../native/byte-buffer.ts';
import { checkFraming, float64, tagOf, varint64 } from '../wire.ts';

/** Values nest at most this deep; the receivers refuse deeper ones. */
const NESTING_MAX = 32;

/** Tags of AnyValue's fields: field number × 8 + wire type. */
const AnyValue = {
  string: 10,
  bool: 16,
  int: 24,
  double: 33,
  array: 42,
  map: 50,
  bytes: 58,
} as const;

const isValueTag = (tag: number): boolean =>
  tag === AnyValue.string ||
  tag === AnyValue.bool ||
  tag === AnyValue.int ||
  tag === AnyValue.double ||
  tag === AnyValue.array ||
  tag === AnyValue.map ||
  tag === AnyValue.bytes;

/** Tags of the one field of ArrayValue and KeyValueList, and of the two of KeyValue. */
const ENTRY = 10;
const KEY = 10;
const VALUE = 18;

const encoder = new TextEncoder();

function pushText(out: ByteBuffer, text: string): void {
  const bytes = encoder.encode(text);
  out.pushRange(bytes, 0, bytes.length);
}

function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function doubleJson(value: number): string {
  if (!Number.isFinite(value)) return `{"$double":"${value}"}`;
  const text = doubleText(value);
  if (text.includes('.')) return text;
  const exponent = text.indexOf('e');
  return exponent < 0 ? `${text}.0` : `${text.slice(0, exponent)}.0${text.slice(exponent)}`;
}

const base64 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('base64');

/** The field of an AnyValue that counts: of a oneof the last one on the wire. Undefined: no value. */
interface ValueRange {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

function findValue(bytes: Uint8Array, from: number, to: number): ValueRange | undefined {
  const cursor = new ProtobufCursor(bytes, from, to);
  let found: ValueRange | undefined;
  while (cursor.next()) {
    const tag = tagOf(cursor);
    if (isValueTag(tag)) found = { tag, start: cursor.start, end: cursor.end };
  }
  checkFraming(cursor);
  return found;
}

/** Writes the text of the AnyValue `bytes[from, to)` to `out` and returns its letter. */
export function pushValueText(
  out: ByteBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const value = findValue(bytes, from, to);
  if (value === undefined) return Letter.none;
  const { tag, start, end } = value;
  switch (tag) {
    case AnyValue.string:
      out.pushRange(bytes, start, end);
      return Letter.string;
    case AnyValue.bool:
      pushText(out, varint64(bytes, start, end) === 0n ? 'false' : 'true');
      return Letter.bool;
    case AnyValue.int:
      pushText(out, String(BigInt.asIntN(64, varint64(bytes, start, end))));
      return Letter.int;
    case AnyValue.double:
      pushText(out, doubleText(float64(bytes, start)));
      return Letter.double;
    case AnyValue.bytes:
      pushText(out, base64(bytes, start, end));
      return Letter.bytes;
    case AnyValue.array:
      pushAll(out, bytes, start, end, 1, ['[', ']'], pushJson);
      return Letter.array;
    default:
      pushAll(out, bytes, start, end, 1, ['{', '}'], pushEntry);
      return Letter.map;
  }
}

/** A list of KeyValue messages as a JSON object: for `metadata` of a metric. */
export function pushKeyValuesJson(out: ByteBuffer, messages: readonly Uint8Array[]): void {
  pushText(out, '{');
  messages.forEach((message, i) => {
    if (i > 0) pushText(out, ',');
    pushEntry(out, message, 0, message.length, 1);
  });
  pushText(out, '}');
}

function pushJson(
  out: ByteBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
  depth: number,
): void {
  const value = findValue(bytes, from, to);
  if (value === undefined || depth > NESTING_MAX) return pushText(out, 'null');
  const { tag, start, end } = value;
  switch (tag) {
    case AnyValue.string:
      return pushJsonString(out, bytes, start, end, false);
    case AnyValue.bool:
      return pushText(out, varint64(bytes, start, end) === 0n ? 'false' : 'true');
    case AnyValue.int:
      return pushText(out, String(BigInt.asIntN(64, varint64(bytes, start, end))));
    case AnyValue.double:
      return pushText(out, doubleJson(float64(bytes, start)));
    case AnyValue.bytes:
      return pushText(out, `{"$bytes":"${base64(bytes, start, end)}"}`);
    case AnyValue.array:
      return pushAll(out, bytes, start, end, depth + 1, ['[', ']'], pushJson);
    default:
      return pushAll(out, bytes, start, end, depth + 1, ['{', '}'], pushEntry);
  }
}

/** The `values` of an ArrayValue or a KeyValueList, each written by `push`, between brackets. */
function pushAll(
  out: ByteBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
  depth: number,
  [open, close]: readonly [string, string],
  push: (out: ByteBuffer, bytes: Uint8Array, from: number, to: number, depth: number) => void,
): void {
  const cursor = new ProtobufCursor(bytes, from, to);
  let first = true;
  pushText(out, open);
  while (cursor.next()) {
    if (tagOf(cursor) !== ENTRY) continue;
    if (!first) pushText(out, ',');
    first = false;
    push(out, bytes, cursor.start, cursor.end, depth);
  }
  checkFraming(cursor);
  pushText(out, close);
}

function pushEntry(
  out: ByteBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
  depth: number,
): void {
  const { keyFrom, keyTo, valueFrom, valueTo } = keyValueRanges(bytes, from, to);
  pushJsonString(out, bytes, keyFrom, keyTo, bytes[keyFrom] === DOLLAR && keyTo > keyFrom);
  pushText(out, ':');
  pushJson(out, bytes, valueFrom, valueTo, depth);
}

export interface KeyValueRanges {
  readonly keyFrom: number;
  readonly keyTo: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

/** Where key and value of the KeyValue `bytes[from, to)` lie; one that is absent is an empty range. */
export function keyValueRanges(bytes: Uint8Array, from: number, to: number): KeyValueRanges {
  const cursor = new ProtobufCursor(bytes, from, to);
  let [keyFrom, keyTo, valueFrom, valueTo] = [from, from, from, from];
  while (cursor.next()) {
    const tag = tagOf(cursor);
    if (tag === KEY) [keyFrom, keyTo] = [cursor.start, cursor.end];
    else if (tag === VALUE) [valueFrom, valueTo] = [cursor.start, cursor.end];
  }
  checkFraming(cursor);
  return { keyFrom, keyTo, valueFrom, valueTo };
}

const QUOTE = 0x22;
const DOLLAR = 0x24;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const HEX = '0123456789abcdef';

function pushJsonString(
  out: ByteBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
  extraDollar: boolean,
): void {
  out.pushUint8(QUOTE);
  if (extraDollar) out.pushUint8(DOLLAR);
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH) out.pushUint8(BACKSLASH);
    if (byte >= SPACE) out.pushUint8(byte);
    else pushText(out, `\\u00${HEX[byte >> 4] ?? ''}${HEX[byte & 15] ?? ''}`);
  }
  out.pushUint8(QUOTE);
}
