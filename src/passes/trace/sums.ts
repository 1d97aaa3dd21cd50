// Rows that only add up are added up here, before they are written: one row a key instead of one a part or a call. An
// open-addressed table over the key's columns, because it is asked several times a trace.

const FIRST_ROWS = 256;
const KEY_COLUMNS = 8;

export class Sums {
  size = 0;
  nanos = new Float64Array(FIRST_ROWS);
  counts = new Float64Array(FIRST_ROWS);
  /** Slice, minute, root service, endpoint, service, operation, peer, kind: eight words a row. */
  #keys = new Uint32Array(FIRST_ROWS * KEY_COLUMNS);
  #slots = new Int32Array(FIRST_ROWS * 4).fill(-1);
  readonly #scope = new Uint32Array(4);
  #scopeHash = 0;

  /** Says what the rows that follow are about. */
  enter(slice: number, minute: number, root: number, endpoint: number): void {
    const scope = this.#scope;
    scope[0] = slice;
    scope[1] = minute;
    scope[2] = root;
    scope[3] = endpoint;
    this.#scopeHash = mix(mix(mix(mix(0, slice), minute), root), endpoint);
  }

  add(
    service: number,
    operation: number,
    peer: number,
    kind: number,
    nanos: number,
    count: number,
  ): void {
    const row = this.#rowOf(service, operation, peer, kind);
    this.nanos[row] = (this.nanos[row] ?? 0) + nanos;
    this.counts[row] = (this.counts[row] ?? 0) + count;
  }

  /** One of the key's columns; see `#keys` for their order. */
  keyColumn(column: number): Uint32Array {
    const values = new Uint32Array(this.size);
    for (let row = 0; row < this.size; row++)
      values[row] = this.#keys[row * KEY_COLUMNS + column] ?? 0;
    return values;
  }

  #rowOf(service: number, operation: number, peer: number, kind: number): number {
    const hash = mix(mix(mix(mix(this.#scopeHash, service), operation), peer), kind);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot] ?? -1;
      if (row < 0) return this.#newRow(slot, service, operation, peer, kind);
      if (this.#isRow(row, service, operation, peer, kind)) return row;
    }
  }

  #isRow(row: number, service: number, operation: number, peer: number, kind: number): boolean {
    const keys = this.#keys;
    const scope = this.#scope;
    const at = row * KEY_COLUMNS;
    return (
      keys[at + 5] === operation &&
      keys[at + 4] === service &&
      keys[at + 6] === peer &&
      keys[at + 7] === kind &&
      keys[at + 3] === scope[3] &&
      keys[at + 2] === scope[2] &&
      keys[at + 1] === scope[1] &&
      keys[at] === scope[0]
    );
  }

  #newRow(slot: number, service: number, operation: number, peer: number, kind: number): number {
    if (this.size === this.nanos.length) {
      this.#grow();
      return this.#rowOf(service, operation, peer, kind);
    }
    const row = this.size++;
    const at = row * KEY_COLUMNS;
    this.#keys.set(this.#scope, at);
    this.#keys[at + 4] = service;
    this.#keys[at + 5] = operation;
    this.#keys[at + 6] = peer;
    this.#keys[at + 7] = kind;
    this.#slots[slot] = row;
    return row;
  }

  #grow(): void {
    const rows = this.nanos.length * 2;
    this.nanos = larger(this.nanos, new Float64Array(rows));
    this.counts = larger(this.counts, new Float64Array(rows));
    this.#keys = larger(this.#keys, new Uint32Array(rows * KEY_COLUMNS));
    this.#slots = new Int32Array(rows * 4).fill(-1);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.size; row++) {
      let hash = 0;
      for (let at = row * KEY_COLUMNS, to = at + KEY_COLUMNS; at < to; at++)
        hash = mix(hash, this.#keys[at] ?? 0);
      let slot = hash & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row;
    }
  }
}

function larger<T extends { set(from: T): void }>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
