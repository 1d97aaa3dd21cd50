// Attributes on the wire: pairs found by their keys, and new ones written.

import { ANY_VALUE, KEY_VALUE } from '../../../otlp/fields.ts';
import { bytesTag, scan, scanField } from '../../../otlp/index/scan.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';

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

/** A KeyValue message with a text. */
export function textPair(key: string, value: string): Uint8Array {
  const out = new ProtobufWriter(key.length + value.length + 16);
  out.string(KEY_VALUE.key, key);
  const mark = out.open(KEY_VALUE.value);
  out.string(ANY_VALUE.stringValue, value);
  out.close(mark);
  return out.finish();
}

/** A KeyValue message with a text that stands in `bytes` already. */
export function rangePair(key: string, bytes: Uint8Array, from: number, to: number): Uint8Array {
  const out = new ProtobufWriter(key.length + to - from + 16);
  out.string(KEY_VALUE.key, key);
  const mark = out.open(KEY_VALUE.value);
  out.range(ANY_VALUE.stringValue, bytes, from, to);
  out.close(mark);
  return out.finish();
}

export function truePair(key: string): Uint8Array {
  const out = new ProtobufWriter(key.length + 16);
  out.string(KEY_VALUE.key, key);
  const mark = out.open(KEY_VALUE.value);
  out.bool(ANY_VALUE.boolValue, true);
  out.close(mark);
  return out.finish();
}
