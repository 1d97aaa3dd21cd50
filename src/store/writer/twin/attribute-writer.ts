// Writes the attributes of one item after another into a map column and the type letters beside it.

import type { Place } from '../items.ts';
import { ATTRIBUTES_MAX } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import type { LowColumn, MapColumn } from '../native/columns.ts';
import { pushLow, pushString } from '../native/columns.ts';
import { latin1 } from '../native/dictionary.ts';
import type { CompletionCounter } from './completion-counter.ts';
import { Letter } from '../../../otlp/identity/canonical-value.ts';
import { keyValueRanges, pushValueText } from './value-text.ts';

/** Sees each attribute as it is written: key, the value's text and type letter. */
export type AttributeListener = (key: string, text: ByteBuffer, letter: number) => void;

export class AttributeWriter {
  /** Attributes of the present item that were beyond the limit. */
  cut = 0;

  readonly #map: MapColumn;
  readonly #types: LowColumn;
  readonly #place: Place;
  readonly #counter: CompletionCounter | undefined;
  readonly #letters = new ByteBuffer(ATTRIBUTES_MAX);
  readonly #text = new ByteBuffer();

  /** Without a counter nothing is counted for completion. */
  constructor(map: MapColumn, types: LowColumn, place: Place, counter?: CompletionCounter) {
    this.#map = map;
    this.#types = types;
    this.#place = place;
    this.#counter = counter;
  }

  begin(): void {
    this.#letters.clear();
    this.cut = 0;
  }

  /** Adds the KeyValue message `bytes[from, to)`. `weight`: how often its value counts for completion. */
  add(
    bytes: Uint8Array,
    from: number,
    to: number,
    weight: number,
    listener?: AttributeListener,
  ): void {
    if (this.#letters.length === ATTRIBUTES_MAX) {
      this.cut++;
      return;
    }
    const { keyFrom, keyTo, valueFrom, valueTo } = keyValueRanges(bytes, from, to);
    const text = this.#text;
    text.clear();
    const letter = pushValueText(text, bytes, valueFrom, valueTo);
    pushLow(this.#map.keys, bytes, keyFrom, keyTo);
    pushString(this.#map.values, text.bytes, 0, text.length);
    this.#letters.pushUint8(letter);
    const key = latin1(bytes, keyFrom, keyTo);
    this.#counter?.countKey(this.#place, key, String.fromCharCode(letter));
    if (weight > 0 && letter !== Letter.none) {
      this.#counter?.countValue(this.#place, key, latin1(text.bytes, 0, text.length), weight);
    }
    listener?.(key, text, letter);
  }

  /** Ends the item's row. */
  end(): void {
    const { keys, offsets } = this.#map;
    offsets.pushCount(keys.indexes.length / 4);
    pushLow(this.#types, this.#letters.bytes, 0, this.#letters.length);
  }
}
