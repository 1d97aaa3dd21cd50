// NameLimit for numbers: what it said about a service and name is remembered for the minute's hour.

import type { StringTable } from '../../analysis/terms/string-table.ts';
import type { NameLimit } from './name-limit.ts';

/** Numbers below this make keys that are small integers, which a map takes without allocating. */
const SMALL = 1 << 15;

export class NameCache {
  readonly #strings: StringTable;
  readonly #limit: NameLimit;
  readonly #known = new Map<number, number>();
  #hour = -1;

  constructor(strings: StringTable, limit: NameLimit) {
    this.#strings = strings;
    this.#limit = limit;
  }

  /** The number of the name, or that of `(other)`. `minute` in seconds since the epoch. */
  allowed(minute: number, service: number, name: number): number {
    if (name === 0) return 0;
    const hour = Math.floor(minute / 3600);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#known.clear();
    }
    const key =
      service < SMALL && name < SMALL ? service * SMALL + name : (service + 1) * 2 ** 26 + name;
    return this.#known.get(key) ?? this.#ask(key, hour, service, name);
  }

  #ask(key: number, hour: number, service: number, name: number): number {
    const { strings } = this.#strings;
    const text = strings[name] ?? '';
    const allowed = this.#limit.allow(hour, strings[service] ?? '', text);
    const number = allowed === text ? name : this.#strings.numberOf(allowed);
    this.#known.set(key, number);
    return number;
  }
}
