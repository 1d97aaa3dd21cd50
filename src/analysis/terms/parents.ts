// From span ids to parents. Everything that senders do wrong ends here in a defined tree:
// - a parent that did not arrive: the span is a root and marked as missing one;
// - the same span twice (same id, times, kind, service, name): the later one is marked as repeated and takes no part;
// - two spans under one id (a client and a server that share it, as Zipkin does): the server is the client's child, and
//   children go to the one in their own service, else to the server;
// - spans that are each other's parents: the earliest of the circle becomes a root.

import {
  ORIGIN_CYCLE,
  ORIGIN_LINK,
  ORIGIN_MISSING,
  ORIGIN_PARENT,
  ORIGIN_REPEATED,
  ORIGIN_ROOT,
} from './origin.ts';
import { isServed, KIND_CLIENT, KIND_SERVER } from './span-kind.ts';

/** Different spans looked at under one id; a sender that gives all spans one id must not cost a quadratic walk. */
const MAX_SAME_ID = 16;

/** Ids as pairs of 32-bit words; zero in both: none. */
export interface ParentInput {
  readonly size: number;
  readonly idHigh: Uint32Array;
  readonly idLow: Uint32Array;
  readonly parentHigh: Uint32Array;
  readonly parentLow: Uint32Array;
  /** Number of the trace of each span; absent: all are of one. */
  readonly traces?: Int32Array | undefined;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly kinds: Uint8Array;
  readonly services: Int32Array;
  readonly names: Int32Array;
  /** Ids that spans without a parent link to. */
  readonly links?: ReadonlyMap<number, ReadonlyArray<readonly [high: number, low: number]>>;
}

export interface Parents {
  readonly parents: Int32Array;
  readonly origins: Uint8Array;
}

export function resolveParents(input: ParentInput): Parents {
  const { size, idHigh, idLow, parentHigh, parentLow } = input;
  const parents = new Int32Array(size).fill(-1);
  const origins = new Uint8Array(size);
  const index = new IdIndex(input, origins);
  for (let span = 0; span < size; span++) {
    if (origins[span] === ORIGIN_REPEATED) continue;
    const high = parentHigh[span] ?? 0;
    const low = parentLow[span] ?? 0;
    const shared = index.sharedClient(span, idHigh[span] ?? 0, idLow[span] ?? 0);
    if (shared >= 0) {
      parents[span] = shared;
      origins[span] = ORIGIN_PARENT;
    } else if (high !== 0 || low !== 0) {
      const parent = index.parentFor(span, high, low);
      parents[span] = parent;
      origins[span] = parent >= 0 ? ORIGIN_PARENT : ORIGIN_MISSING;
    } else {
      const linked = linkedParent(input, index, span);
      parents[span] = linked;
      origins[span] = linked >= 0 ? ORIGIN_LINK : ORIGIN_ROOT;
    }
  }
  cutCycles(input, parents, origins);
  return { parents, origins };
}

function linkedParent(input: ParentInput, index: IdIndex, span: number): number {
  for (const [high, low] of input.links?.get(span) ?? []) {
    const target = index.parentFor(span, high, low);
    if (target >= 0 && target !== span) return target;
  }
  return -1;
}

/** Open-addressed table from (trace, span id) to the first span under it; further ones hang behind it in a chain. */
class IdIndex {
  readonly #input: ParentInput;
  readonly #mask: number;
  readonly #slots: Int32Array;
  /** The next span with the same id; made only when ids repeat. */
  #sameId: Int32Array | undefined;

  constructor(input: ParentInput, origins: Uint8Array) {
    this.#input = input;
    let slots = 16;
    while (slots < input.size * 2) slots *= 2;
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots).fill(-1);
    for (let span = 0; span < input.size; span++) this.#add(span, origins);
  }

  #add(span: number, origins: Uint8Array): void {
    const { idHigh, idLow, traces } = this.#input;
    const slot = this.#find(traces?.[span] ?? 0, idHigh[span] ?? 0, idLow[span] ?? 0);
    let other = this.#slots[slot] ?? -1;
    if (other < 0) {
      this.#slots[slot] = span;
      return;
    }
    this.#sameId ??= new Int32Array(this.#input.size).fill(-1);
    for (let step = 0; step < MAX_SAME_ID; step++) {
      if (this.#isSame(span, other)) {
        origins[span] = ORIGIN_REPEATED;
        return;
      }
      const next = this.#sameId[other] ?? -1;
      if (next < 0) {
        this.#sameId[other] = span;
        return;
      }
      other = next;
    }
  }

  #isSame(a: number, b: number): boolean {
    const { starts, ends, kinds, services, names } = this.#input;
    return (
      starts[a] === starts[b] &&
      ends[a] === ends[b] &&
      kinds[a] === kinds[b] &&
      services[a] === services[b] &&
      names[a] === names[b]
    );
  }

  /** The slot where the id is, or where it would go. */
  #find(trace: number, high: number, low: number): number {
    const { idHigh, idLow, traces } = this.#input;
    let slot = hash(trace, high, low) & this.#mask;
    for (;;) {
      const span = this.#slots[slot] ?? -1;
      if (span < 0) return slot;
      if (idLow[span] === low && idHigh[span] === high && (traces?.[span] ?? 0) === trace)
        return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The span that `child` hangs under when it names the id: of several the one of its service, else the server. */
  parentFor(child: number, high: number, low: number): number {
    const first = this.#slots[this.#find(this.#input.traces?.[child] ?? 0, high, low)] ?? -1;
    if (first < 0 || this.#sameId === undefined || (this.#sameId[first] ?? -1) < 0) return first;
    const { services, kinds } = this.#input;
    let best = -1;
    let bestRank = -1;
    for (let span = first; span >= 0; span = this.#sameId[span] ?? -1) {
      if (span === child) continue;
      const rank =
        (services[span] === services[child] ? 2 : 0) + (isServed(kinds[span] ?? 0) ? 1 : 0);
      if (rank > bestRank) [best, bestRank] = [span, rank];
    }
    return best;
  }

  /** The CLIENT span under the same id as this SERVER span. */
  sharedClient(span: number, high: number, low: number): number {
    const { kinds, traces } = this.#input;
    if (this.#sameId === undefined || kinds[span] !== KIND_SERVER) return -1;
    let other = this.#slots[this.#find(traces?.[span] ?? 0, high, low)] ?? -1;
    while (other >= 0 && kinds[other] !== KIND_CLIENT) other = this.#sameId[other] ?? -1;
    return other;
  }
}

function hash(trace: number, high: number, low: number): number {
  let h = Math.imul(low ^ Math.imul(trace, 0x85ebca6b), 0x9e3779b1) ^ Math.imul(high, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Follows parents upwards; meeting the own trail again is a circle. Each span is walked once. */
function cutCycles({ size, starts }: ParentInput, parents: Int32Array, origins: Uint8Array): void {
  const seen = new Int32Array(size);
  for (let from = 0; from < size; from++) {
    let span = from;
    while (span >= 0 && seen[span] === 0) {
      seen[span] = from + 1;
      span = parents[span] ?? -1;
    }
    if (span < 0 || seen[span] !== from + 1) continue;
    let earliest = span;
    for (let at = parents[span] ?? -1; at !== span && at >= 0; at = parents[at] ?? -1) {
      if ((starts[at] ?? 0) < (starts[earliest] ?? 0)) earliest = at;
    }
    parents[earliest] = -1;
    origins[earliest] = ORIGIN_CYCLE;
  }
}
