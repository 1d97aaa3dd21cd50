// Rows that only add up are added up here, before they are written: one row a key instead of one a span, a part or a
// call. An open-addressed table over the key's columns, because it is asked several times a span.

const FIRST_ROWS = 256;
const KEY_COLUMNS = 8;

export class Sums {
  size = 0;
  /** What is added up, a column each; the caller adds to the row that `row` gives. */
  readonly values: Float64Array[];
  /** Eight words a row: the four of `enter`, then the four of `row`. */
  #keys = new Uint32Array(FIRST_ROWS * KEY_COLUMNS);
  #slots = new Int32Array(FIRST_ROWS * 4).fill(-1);
  readonly #scope = new Uint32Array(4);
  #scopeHash = 0;

  constructor(valueColumns: number) {
    this.values = Array.from({ length: valueColumns }, () => new Float64Array(FIRST_ROWS));
  }

  /** The first half of the key of the rows that follow. */
  enter(a: number, b: number, c: number, d: number): void {
    const scope = this.#scope;
    scope[0] = a;
    scope[1] = b;
    scope[2] = c;
    scope[3] = d;
    this.#scopeHash = mix(mix(mix(mix(0, a), b), c), d);
  }

  /** Adds to one value of a row. */
  add(column: number, row: number, value: number): void {
    const values = this.values[column];
    if (values !== undefined) values[row] = (values[row] ?? 0) + value;
  }

  /** One of the key's eight columns. */
  keyColumn(column: number): Uint32Array {
    const values = new Uint32Array(this.size);
    for (let row = 0; row < this.size; row++)
      values[row] = this.#keys[row * KEY_COLUMNS + column] ?? 0;
    return values;
  }

  /** The row of the key, a new one where there is none yet. */
  row(e: number, f: number, g: number, h: number): number {
    const hash = mix(mix(mix(mix(this.#scopeHash, e), f), g), h);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot] ?? -1;
      if (row < 0) return this.#newRow(slot, e, f, g, h);
      if (this.#isRow(row, e, f, g, h)) return row;
    }
  }

  #isRow(row: number, e: number, f: number, g: number, h: number): boolean {
    const keys = this.#keys;
    const scope = this.#scope;
    const at = row * KEY_COLUMNS;
    return (
      keys[at + 5] === f &&
      keys[at + 4] === e &&
      keys[at + 6] === g &&
      keys[at + 7] === h &&
      keys[at + 3] === scope[3] &&
      keys[at + 2] === scope[2] &&
      keys[at + 1] === scope[1] &&
      keys[at] === scope[0]
    );
  }

  #newRow(slot: number, e: number, f: number, g: number, h: number): number {
    if (this.size * KEY_COLUMNS === this.#keys.length) {
      this.#grow();
      return this.row(e, f, g, h);
    }
    const row = this.size++;
    const at = row * KEY_COLUMNS;
    this.#keys.set(this.#scope, at);
    this.#keys[at + 4] = e;
    this.#keys[at + 5] = f;
    this.#keys[at + 6] = g;
    this.#keys[at + 7] = h;
    this.#slots[slot] = row;
    return row;
  }

  #grow(): void {
    const rows = this.size * 2;
    for (const [column, values] of this.values.entries())
      this.values[column] = larger(values, new Float64Array(rows));
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
