// A consistent hash ring: 100 points for each endpoint on a circle of 36,000 places, so that a change of the endpoints
// moves a share of the keys only. Points and places are upstream's: a key goes to the same endpoint here and there.

import { crc32 } from 'node:zlib';

const PLACES = 36_000;
const POINTS = 100;

export class Ring {
  readonly endpoints: readonly string[];
  readonly #places: Int32Array;
  /** Numbers of endpoints, by place. */
  readonly #owners: Int32Array;

  /** @param points for tests. */
  constructor(endpoints: Iterable<string>, points = POINTS) {
    this.endpoints = [...new Set(endpoints)].toSorted();
    const owners = new Map<number, number>();
    this.endpoints.forEach((endpoint, owner) => {
      for (let point = 0; point < points; point++) {
        const place = placeOf(Buffer.concat([Buffer.from(endpoint), Buffer.of(point)]));
        if (!owners.has(place)) owners.set(place, owner); // the first one keeps it
      }
    });
    const items = [...owners].toSorted(([a], [b]) => a - b);
    this.#places = Int32Array.from(items, ([place]) => place);
    this.#owners = Int32Array.from(items, ([, owner]) => owner);
  }

  /** Number of the key's endpoint; -1 where there are none. */
  ownerOf(key: Uint8Array | string): number {
    return this.ownerAt(placeOf(key));
  }

  /** Of the next point from here on, around the circle. */
  ownerAt(place: number): number {
    let from = 0;
    let to = this.#places.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#places[middle] ?? 0) < place) from = middle + 1;
      else to = middle;
    }
    return this.#owners[from === this.#places.length ? 0 : from] ?? -1;
  }

  /** For tests: place and endpoint of each point. */
  get points(): Array<readonly [number, string]> {
    return Array.from(this.#places, (place, i) => [
      place,
      this.endpoints[this.#owners[i] ?? 0] ?? '',
    ]);
  }
}

const placeOf = (key: Uint8Array | string): number => crc32(key) % PLACES;
