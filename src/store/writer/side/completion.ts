// Attribute keys and values with counts, for completion: gathered over a block file, written as rows of
// `attribute_keys` and `attribute_values` when it is cut.
//
// Limits an hour of arrival: VALUES_A_KEY_MAX values a key and VALUES_MAX in all, KEYS_MAX keys. Values beyond are
// counted together under `Rest`, keys beyond are not listed. The limits live in memory: after a restart within the hour
// they begin anew, so that a key may show up to twice as many.

import type { Signal } from '../../../base/signal.ts';
import { attributeKeys, attributeValues } from '../../schema/side-tables.ts';
import type { BlockFacts, Place } from '../items.ts';
import { VALUES_A_KEY_MAX } from '../items.ts';
import { pushLowText, pushString, TableColumns } from '../native/columns.ts';

const KEYS_MAX = 20_000;
const VALUES_MAX = 200_000;

interface CountedKey {
  readonly signal: Signal;
  readonly place: Place;
  /** Latin-1, as are values. */
  readonly key: string;
  readonly types: Map<string, number>;
  readonly values: Map<string, number>;
  rest: number;
}

export class Completion {
  readonly keys = new TableColumns(attributeKeys);
  readonly values = new TableColumns(attributeValues);
  /** Keys that were not listed for the limit. */
  keysOverLimit = 0;

  readonly #counted = new Map<string, CountedKey>();
  #hour = 0;
  readonly #listed = new Map<string, Set<string>>();
  #listedValues = 0;

  add(signal: Signal, facts: Pick<BlockFacts, 'keys' | 'values'>): void {
    for (const { place, key, type, count } of facts.keys) {
      const { types } = this.#key(signal, place, key);
      types.set(type, (types.get(type) ?? 0) + count);
    }
    for (const { place, key, value, count } of facts.values) {
      const counted = this.#key(signal, place, key);
      if (value === undefined) counted.rest += count;
      else counted.values.set(value, (counted.values.get(value) ?? 0) + count);
    }
  }

  /** Writes what was added since the last call as rows of `keys` and `values`. */
  writeRows(sliceSeconds: number, hourSeconds: number): void {
    this.keys.clear();
    this.values.clear();
    if (hourSeconds !== this.#hour) this.#beginHour(hourSeconds);
    for (const [id, counted] of this.#counted) this.#writeKey(id, counted, sliceSeconds);
    this.#counted.clear();
  }

  /** Forgets what was added since the last `writeRows`. */
  discard(): void {
    this.#counted.clear();
  }

  #beginHour(hourSeconds: number): void {
    this.#hour = hourSeconds;
    this.#listed.clear();
    this.#listedValues = 0;
  }

  #key(signal: Signal, place: Place, key: string): CountedKey {
    const id = `${signal} ${place} ${key}`;
    const known = this.#counted.get(id);
    if (known !== undefined) return known;
    const counted = { signal, place, key, types: new Map(), values: new Map(), rest: 0 };
    this.#counted.set(id, counted);
    return counted;
  }

  #writeKey(id: string, counted: CountedKey, sliceSeconds: number): void {
    const listed = this.#listed.get(id) ?? new Set<string>();
    if (listed.size === 0 && !this.#listed.has(id)) {
      if (this.#listed.size >= KEYS_MAX) {
        this.keysOverLimit++;
        return;
      }
      this.#listed.set(id, listed);
    }
    for (const [type, count] of counted.types) {
      this.#pushKeyColumns(this.keys, counted, sliceSeconds);
      pushLowText(this.keys.low('Type'), type);
      this.keys.fixed('Count').data.pushCount(count);
      this.keys.rows++;
    }
    let { rest } = counted;
    for (const [value, count] of counted.values) {
      if (this.#list(listed, value)) this.#pushValue(counted, value, 0, count, sliceSeconds);
      else rest += count;
    }
    if (rest > 0) this.#pushValue(counted, '', 1, rest, sliceSeconds);
  }

  #list(listed: Set<string>, value: string): boolean {
    if (listed.has(value)) return true;
    if (listed.size >= VALUES_A_KEY_MAX || this.#listedValues >= VALUES_MAX) return false;
    listed.add(value);
    this.#listedValues++;
    return true;
  }

  #pushValue(
    counted: CountedKey,
    value: string,
    rest: number,
    count: number,
    sliceSeconds: number,
  ): void {
    const columns = this.values;
    const bytes = Buffer.from(value, 'latin1');
    this.#pushKeyColumns(columns, counted, sliceSeconds);
    pushString(columns.string('Value'), bytes, 0, bytes.length);
    columns.fixed('Rest').data.pushUint8(rest);
    columns.fixed('Count').data.pushCount(count);
    columns.rows++;
  }

  #pushKeyColumns(columns: TableColumns, counted: CountedKey, sliceSeconds: number): void {
    const key = Buffer.from(counted.key, 'latin1');
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('Hour').data.pushUint32(this.#hour);
    pushLowText(columns.low('Signal'), counted.signal);
    pushLowText(columns.low('Place'), counted.place);
    pushString(columns.string('Key'), key, 0, key.length);
  }
}
