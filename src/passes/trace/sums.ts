// Rows that only add up are added up here, before they are written: one row a key instead of one a part or a call.
// Keys are five numbers of strings and a minute; what they stand for is kept in columns.

import { ints, uints } from './rows.ts';

export class Sums {
  readonly slices = uints();
  readonly minutes = uints();
  readonly roots = ints();
  readonly endpoints = ints();
  readonly services = ints();
  readonly operations = ints();
  readonly peers = ints();
  readonly kinds = ints();
  nanos = new Float64Array(256);
  counts = new Float64Array(256);
  size = 0;
  /** By slice, minute, root service and endpoint: rows by the rest of the key. */
  readonly #scopes = new Map<string, Map<number | string, number>>();
  #scope: Map<number | string, number> | undefined;
  #scopeKey = { slice: -1, minute: -1, root: -1, endpoint: -1 };
  readonly #radix: number;
  readonly #isExact: boolean;

  /** `strings`: all numbers of strings are below it. */
  constructor(strings: number) {
    this.#radix = strings;
    this.#isExact = strings ** 3 * KINDS <= Number.MAX_SAFE_INTEGER;
  }

  /** Says what the rows that follow are about. */
  enter(slice: number, minute: number, root: number, endpoint: number): void {
    const at = this.#scopeKey;
    if (at.minute === minute && at.endpoint === endpoint && at.root === root && at.slice === slice)
      return;
    this.#scopeKey = { slice, minute, root, endpoint };
    const text = `${slice} ${minute} ${root} ${endpoint}`;
    let scope = this.#scopes.get(text);
    if (scope === undefined) this.#scopes.set(text, (scope = new Map()));
    this.#scope = scope;
  }

  add(
    service: number,
    operation: number,
    peer: number,
    kind: number,
    nanos: number,
    count: number,
  ): void {
    const key = this.#isExact
      ? ((service * this.#radix + operation) * this.#radix + peer) * KINDS + kind
      : `${service} ${operation} ${peer} ${kind}`;
    const row = this.#scope?.get(key) ?? this.#newRow(key, service, operation, peer, kind);
    this.nanos[row] = (this.nanos[row] ?? 0) + nanos;
    this.counts[row] = (this.counts[row] ?? 0) + count;
  }

  #newRow(
    key: number | string,
    service: number,
    operation: number,
    peer: number,
    kind: number,
  ): number {
    const row = this.size++;
    if (row === this.nanos.length) {
      this.nanos = grown(this.nanos);
      this.counts = grown(this.counts);
    }
    this.#scope?.set(key, row);
    const { slice, minute, root, endpoint } = this.#scopeKey;
    this.slices.push(slice);
    this.minutes.push(minute);
    this.roots.push(root);
    this.endpoints.push(endpoint);
    this.services.push(service);
    this.operations.push(operation);
    this.peers.push(peer);
    this.kinds.push(kind);
    return row;
  }
}

/** Kinds of parts are fewer than this. */
const KINDS = 8;

function grown(old: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(old.length * 2);
  larger.set(old);
  return larger;
}
