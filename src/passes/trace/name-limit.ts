// At most so many names a service and hour get rows of their own in the roll-ups; further ones are `(other)`. A service that
// puts ids into its span names must not fill the store with them.

import { NAMES_MAX, OTHER } from './limits.ts';

/** Hours are kept for this long after the last one seen; a span of an older hour begins a new count. */
const HOURS_KEPT = 3;

export class NameLimit {
  /** By hour, by service, the names that have rows. Strings, because numbers change when strings are let go. */
  readonly #hours = new Map<number, Map<string, Set<string>>>();
  #refused = 0;

  /** Rows that went to `(other)` so far. */
  get refused(): number {
    return this.#refused;
  }

  /** The name, or `(other)`. The empty string is no name and always passes. */
  allow(hour: number, service: string, name: string): string {
    if (name === '') return name;
    const names = this.#namesOf(hour, service);
    if (names.has(name)) return name;
    if (names.size >= NAMES_MAX) {
      this.#refused++;
      return OTHER;
    }
    names.add(name);
    return name;
  }

  #namesOf(hour: number, service: string): Set<string> {
    let services = this.#hours.get(hour);
    if (services === undefined) {
      this.#hours.set(hour, (services = new Map()));
      this.#letGo();
    }
    let names = services.get(service);
    if (names === undefined) services.set(service, (names = new Set()));
    return names;
  }

  /** Maps keep the order of arrival: the hours that came first go first. */
  #letGo(): void {
    for (const hour of this.#hours.keys()) {
      if (this.#hours.size <= HOURS_KEPT) return;
      this.#hours.delete(hour);
    }
  }
}
