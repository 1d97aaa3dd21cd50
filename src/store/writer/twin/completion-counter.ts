// Counts attribute keys (each one) and values (of sampled rows) of one block, for completion.

import type { KeyCount, Place, ValueCount } from '../items.ts';
import { VALUE_BYTES_MAX, VALUES_A_BLOCK_MAX, VALUES_A_KEY_MAX } from '../items.ts';

interface KeyEntry {
  readonly place: Place;
  readonly key: string;
  readonly types: Map<string, number>;
  readonly values: Map<string, number>;
  rest: number;
}

export class CompletionCounter {
  readonly #entries = new Map<string, KeyEntry>();
  #listed = 0;

  countKey(place: Place, key: string, type: string, weight = 1): void {
    const { types } = this.#entry(place, key);
    types.set(type, (types.get(type) ?? 0) + weight);
  }

  countValue(place: Place, key: string, value: string, weight: number): void {
    const entry = this.#entry(place, key);
    const known = entry.values.get(value);
    if (known !== undefined) entry.values.set(value, known + weight);
    else if (
      value.length <= VALUE_BYTES_MAX &&
      entry.values.size < VALUES_A_KEY_MAX &&
      this.#listed < VALUES_A_BLOCK_MAX
    ) {
      entry.values.set(value, weight);
      this.#listed++;
    } else entry.rest += weight;
  }

  /** All counts; the counter is empty afterwards. */
  take(): { readonly keys: KeyCount[]; readonly values: ValueCount[] } {
    const keys: KeyCount[] = [];
    const values: ValueCount[] = [];
    for (const { place, key, types, values: counted, rest } of this.#entries.values()) {
      for (const [type, count] of types) keys.push({ place, key, type, count });
      for (const [value, count] of counted) values.push({ place, key, value, count });
      if (rest > 0) values.push({ place, key, value: undefined, count: rest });
    }
    this.#entries.clear();
    this.#listed = 0;
    return { keys, values };
  }

  #entry(place: Place, key: string): KeyEntry {
    const id = `${place} ${key}`;
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: KeyEntry = { place, key, types: new Map(), values: new Map(), rest: 0 };
    this.#entries.set(id, entry);
    return entry;
  }
}
