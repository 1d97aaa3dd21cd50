// A set of trace ids, 16 bytes each as four words in typed arrays, open-addressed. `generations` keeps the last ones only.

export class TraceIdSet {
  #words = new Uint32Array(4 * 64);
  #slots = new Int32Array(256).fill(-1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    return (this.#slots[this.#find(a, b, c, d)] ?? -1) >= 0;
  }

  add(a: number, b: number, c: number, d: number): void {
    const slot = this.#find(a, b, c, d);
    if ((this.#slots[slot] ?? -1) >= 0) return;
    if ((this.#size + 1) * 4 > this.#words.length) {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    const at = this.#size * 4;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
    this.#slots[slot] = this.#size++;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
  }

  #find(a: number, b: number, c: number, d: number): number {
    const mask = this.#slots.length - 1;
    const words = this.#words;
    let slot = hashTraceId(a, b, c, d) & mask;
    for (;;) {
      const entry = this.#slots[slot] ?? -1;
      if (entry < 0) return slot;
      const at = entry * 4;
      if (words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a)
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let entry = 0; entry < this.#size; entry++) {
      const at = entry * 4;
      const w = this.#words;
      this.#slots[this.#find(w[at] ?? 0, w[at + 1] ?? 0, w[at + 2] ?? 0, w[at + 3] ?? 0)] = entry;
    }
  }
}

/** The ids added last: at least `limit`, at most twice as many. */
export class RecentTraceIds {
  readonly #limit: number;
  #now = new TraceIdSet();
  #before = new TraceIdSet();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    return this.#now.has(a, b, c, d) || this.#before.has(a, b, c, d);
  }

  add(a: number, b: number, c: number, d: number): void {
    if (this.#now.size >= this.#limit) {
      this.#before = this.#now;
      this.#now = new TraceIdSet();
    }
    this.#now.add(a, b, c, d);
  }
}

/** Ids come from outside, and may be made to collide: the seed is not known to the sender. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

export function hashTraceId(a: number, b: number, c: number, d: number): number {
  let h = SEED ^ d;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) ^ c;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) ^ b;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) ^ a;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
