// Attributes on the wire: pairs found by their keys, and new ones written.

import { ANY_VALUE, KEY_VALUE } from '../fields.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';

const FIRST_CAPACITY_BYTES = 32;
const KEY = bytesTag(KEY_VALUE.key);
const VALUE = bytesTag(KEY_VALUE.value);

/** The pair read last: ranges of its key and of its AnyValue. */
export const pair = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };

export function readPair(bytes: Uint8Array, from: number, to: number): void {
  pair.keyStart = pair.keyEnd = pair.valueStart = pair.valueEnd = from;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag === KEY) {
      pair.keyStart = scan.start;
      pair.keyEnd = scan.end;
    } else if (scan.tag === VALUE) {
      pair.valueStart = scan.start;
      pair.valueEnd = scan.end;
    }
  }
}

/** A KeyValue message: text, a whole number (bigint), another number, true or false. */
export function newPair(key: string, value: string | bigint | number | boolean): Uint8Array {
  const out = new ProtobufWriter(key.length + FIRST_CAPACITY_BYTES);
  out.string(KEY_VALUE.key, key);
  const mark = out.open(KEY_VALUE.value);
  if (typeof value === 'string') out.string(ANY_VALUE.stringValue, value);
  else if (typeof value === 'bigint') out.int64(ANY_VALUE.intValue, value);
  else if (typeof value === 'number') out.double(ANY_VALUE.doubleValue, value);
  else out.bool(ANY_VALUE.boolValue, value);
  out.close(mark);
  return out.finish();
}

/** A KeyValue message with a text that stands in `bytes` already. */
export function textRangePair(
  key: string,
  bytes: Uint8Array,
  from: number,
  to: number,
): Uint8Array {
  const out = new ProtobufWriter(key.length + to - from + FIRST_CAPACITY_BYTES);
  out.string(KEY_VALUE.key, key);
  const mark = out.open(KEY_VALUE.value);
  out.range(ANY_VALUE.stringValue, bytes, from, to);
  out.close(mark);
  return out.finish();
}
