// Endpoint, outcome and peer of one span after another, from its attributes as they are written. Text is Latin-1: one
// character a byte.

import { VALUE_BYTES_MAX } from '../items.ts';
import type { ByteBuffer } from '../native/byte-buffer.ts';
import { latin1 } from '../native/dictionary.ts';
import { Part, type PartName, SPAN_PART_NAMES } from '../span-terms.ts';

const KIND_SERVER = 2;
const KIND_CLIENT = 3;
const KIND_PRODUCER = 4;
const KIND_CONSUMER = 5;

/** CLIENT and PRODUCER. */
const isCall = (kind: number): boolean => kind === KIND_CLIENT || kind === KIND_PRODUCER;
/** SERVER and CONSUMER. */
const isServed = (kind: number): boolean => kind === KIND_SERVER || kind === KIND_CONSUMER;

const byName: ReadonlyMap<string, PartName> = new Map(
  SPAN_PART_NAMES.map((entry) => [entry.name, entry]),
);

interface Found {
  readonly rank: number;
  readonly value: string;
}

export interface SpanTerms {
  readonly endpoint: string;
  readonly outcome: string;
  readonly peer: string;
}

export class TermFinder {
  readonly #found = new Map<number, Found>();
  readonly #peers = new Set<string>();

  begin(): void {
    this.#found.clear();
  }

  /** An attribute of the present span: of a name that stands twice the first value that is not empty counts. */
  attribute(key: string, text: ByteBuffer): void {
    const entry = byName.get(key);
    if (entry === undefined || text.length === 0) return;
    const { part, rank } = entry;
    if (rank >= (this.#found.get(part)?.rank ?? Infinity)) return;
    this.#found.set(part, { rank, value: latin1(text.bytes, 0, text.length) });
  }

  end(kind: number, hasParent: boolean, name: string): SpanTerms {
    const mayBeRequest = !hasParent || isServed(kind);
    const peer = isCall(kind) ? this.#value(Part.peer) : '';
    if (peer !== '' && peer.length <= VALUE_BYTES_MAX) this.#peers.add(peer);
    return {
      endpoint: mayBeRequest ? this.#endpoint(name) : '',
      outcome: mayBeRequest ? this.#value(Part.outcome) : '',
      peer,
    };
  }

  /** The peers since the last call that are short enough to be numbered, in order of first appearance. */
  takePeers(): string[] {
    const peers = [...this.#peers];
    this.#peers.clear();
    return peers;
  }

  #endpoint(name: string): string {
    const [method, route] = [this.#value(Part.httpMethod), this.#value(Part.httpRoute)];
    if (method !== '' && route !== '') return `${method} ${route}`;
    const [service, rpcMethod] = [this.#value(Part.rpcService), this.#value(Part.rpcMethod)];
    return service !== '' && rpcMethod !== '' ? `${service}/${rpcMethod}` : name;
  }

  #value(part: number): string {
    return this.#found.get(part)?.value ?? '';
  }
}
