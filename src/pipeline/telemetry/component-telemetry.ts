// What one node of the running graph counted. Every item that came in is found again: in = out + dropped + lost + failed
// + what it still holds.

import type { Signal } from '../../base/signal.ts';

export type ComponentKind = 'receiver' | 'processor' | 'connector' | 'exporter' | 'extension';

export interface NodeKey {
  readonly kind: ComponentKind;
  /** Component id, e.g. `batch/second`. */
  readonly id: string;
  readonly signal: Signal;
  /** Of a processor: the pipeline it works in. */
  readonly pipeline?: string | undefined;
}

export interface NodeError {
  readonly atMs: number;
  /** One sentence, with the other side's own words where there are any. */
  readonly text: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
  /** How often since the node was last well. */
  readonly count: number;
}

export type Reasons = ReadonlyMap<string, number>;

/** What a receiver took, by how it came. */
export interface TransportCounts {
  /** `grpc`, `http`, `udp`, `scrape` … */
  readonly transport: string;
  accepted: number;
  refused: number;
  repeated: number;
  requests: number;
  /** As sent. */
  bytes: number;
}

/** Reasons are few and made by code; this stops one that is not. */
const MAX_REASONS = 50;
const OTHER_REASONS = '(other)';

export class ComponentTelemetry {
  readonly key: NodeKey;
  readonly #now: () => number;
  #in = 0;
  #out = 0;
  #repeated = 0;
  #late = 0;
  readonly #refused = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #lost = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  #lastError: NodeError | undefined;
  readonly #transports = new Map<string, TransportCounts>();
  #source: (() => ReadonlyArray<Readonly<TransportCounts>>) | undefined;

  constructor(key: NodeKey, now: () => number) {
    this.key = key;
    this.#now = now;
  }

  /** Counted by the engine for all but receivers. */
  incoming(items: number): void {
    this.#in += items;
  }

  /** Counted by the engine for all but receivers: passed on, or delivered by an exporter. */
  outgoing(items: number): void {
    this.#out += items;
  }

  /** Not taken, and the sender was told: by a receiver or a memory limiter at the door. */
  refused(items: number, reason: string): void {
    add(this.#refused, reason, items);
  }

  /** Left out because the configuration says so: sampling, filters. */
  dropped(items: number, reason: string): void {
    add(this.#dropped, reason, items);
  }

  /** Acknowledged once, and now gone for good: a queue that drops its oldest. Always shown as an error. */
  lost(items: number, reason: string): void {
    add(this.#lost, reason, items);
  }

  /** Could not be processed or delivered; kept in the dead letters. */
  failed(items: number, reason: string): void {
    add(this.#failed, reason, items);
  }

  /** Sent or received a second time. */
  repeated(items: number): void {
    this.#repeated += items;
  }

  /** Came after what they belong to was decided; treated all the same. */
  late(items: number): void {
    this.#late += items;
  }

  /** The row of a receiver to count in. */
  transport(name: string): TransportCounts {
    let row = this.#transports.get(name);
    if (row === undefined) {
      row = { transport: name, accepted: 0, refused: 0, repeated: 0, requests: 0, bytes: 0 };
      this.#transports.set(name, row);
    }
    return row;
  }

  /** For a receiver that counts by itself: asked whenever somebody looks, until the returned function is called. */
  readFrom(source: () => ReadonlyArray<Readonly<TransportCounts>>): () => void {
    this.#source = source;
    return () => {
      this.#source = undefined;
      for (const { transport, ...counts } of source()) addCounts(this.transport(transport), counts);
    };
  }

  get transports(): ReadonlyArray<Readonly<TransportCounts>> {
    const sums = new Map([...this.#transports].map(([name, row]) => [name, { ...row }]));
    for (const { transport, ...counts } of this.#source?.() ?? []) {
      const sum = sums.get(transport);
      if (sum === undefined) sums.set(transport, { transport, ...counts });
      else addCounts(sum, counts);
    }
    return [...sums.values()];
  }

  error(text: string, fix: string): void {
    const count = (this.#lastError?.count ?? 0) + 1;
    this.#lastError = { atMs: this.#now(), text, fix, count };
  }

  /** The node is well again: the last error is not shown any more. */
  well(): void {
    this.#lastError = undefined;
  }

  snapshot(): NodeCounts {
    const received = { in: 0, out: 0, repeated: 0 };
    for (const { accepted, refused, repeated } of this.transports) {
      received.in += accepted + refused + repeated;
      received.out += accepted;
      received.repeated += repeated;
    }
    return {
      in: this.#in + received.in,
      out: this.#out + received.out,
      repeated: this.#repeated + received.repeated,
      late: this.#late,
      refused: this.#refused,
      dropped: this.#dropped,
      lost: this.#lost,
      failed: this.#failed,
      lastError: this.#lastError,
    };
  }
}

export interface NodeCounts {
  readonly in: number;
  readonly out: number;
  readonly repeated: number;
  readonly late: number;
  readonly refused: Reasons;
  readonly dropped: Reasons;
  readonly lost: Reasons;
  readonly failed: Reasons;
  readonly lastError: NodeError | undefined;
}

export function sumOf(reasons: Reasons): number {
  let sum = 0;
  for (const items of reasons.values()) sum += items;
  return sum;
}

function addCounts(to: TransportCounts, counts: Omit<TransportCounts, 'transport'>): void {
  to.accepted += counts.accepted;
  to.refused += counts.refused;
  to.repeated += counts.repeated;
  to.requests += counts.requests;
  to.bytes += counts.bytes;
}

function add(reasons: Map<string, number>, reason: string, items: number): void {
  if (items === 0) return;
  const key = reasons.has(reason) || reasons.size < MAX_REASONS ? reason : OTHER_REASONS;
  reasons.set(key, (reasons.get(key) ?? 0) + items);
}
