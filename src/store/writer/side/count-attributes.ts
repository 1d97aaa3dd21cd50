// Counts attributes of resources, scopes and series for completion.

import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import type { Place } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { latin1 } from '../native/dictionary.ts';
import type { CompletionCounter } from '../twin/completion-counter.ts';
import { Letter } from '../../../otlp/identity/canonical-value.ts';
import { keyValueRanges, pushValueText } from '../twin/value-text.ts';
import { tagOf } from '../wire.ts';

/** `tag`: of the attributes field in `message`. Each counts `weight` times. */
export function countAttributes(
  counter: CompletionCounter,
  place: Place,
  message: Uint8Array,
  tag: number,
  weight: number,
): void {
  const cursor = new ProtobufCursor(message);
  while (cursor.next()) {
    if (tagOf(cursor) !== tag) continue;
    countAttribute(counter, place, message, cursor.start, cursor.end, weight);
  }
}

/** Counts the KeyValue message `bytes[from, to)`. */
export function countAttribute(
  counter: CompletionCounter,
  place: Place,
  bytes: Uint8Array,
  from: number,
  to: number,
  weight: number,
): void {
  const { keyFrom, keyTo, valueFrom, valueTo } = keyValueRanges(bytes, from, to);
  const text = new ByteBuffer();
  const letter = pushValueText(text, bytes, valueFrom, valueTo);
  const key = latin1(bytes, keyFrom, keyTo);
  counter.countKey(place, key, String.fromCharCode(letter), weight);
  if (letter === Letter.none) return;
  counter.countValue(place, key, latin1(text.bytes, 0, text.length), weight);
}
