// The outside peer of a CLIENT or PRODUCER span, by the same order of attribute names as the `Peer` column's SQL.

import { DB_SYSTEM_KEYS, PEER_KEYS } from '../../../base/semconv.ts';
import { VALUE_BYTES_MAX } from '../items.ts';
import type { ByteBuffer } from '../native/byte-buffer.ts';
import { latin1 } from '../native/dictionary.ts';

/** From most to least telling. */
export const PEER_NAMES: readonly string[] = [...DB_SYSTEM_KEYS, ...PEER_KEYS];

const KIND_CLIENT = 3;
const KIND_PRODUCER = 4;

const hasPeer = (kind: number): boolean => kind === KIND_CLIENT || kind === KIND_PRODUCER;

const rankOf: ReadonlyMap<string, number> = new Map(PEER_NAMES.map((name, rank) => [name, rank]));

export class PeerFinder {
  readonly #peers = new Set<string>();
  #bestRank = PEER_NAMES.length;
  #best = '';

  begin(): void {
    this.#bestRank = PEER_NAMES.length;
  }

  attribute(key: string, text: ByteBuffer): void {
    const rank = rankOf.get(key);
    if (rank === undefined || rank >= this.#bestRank) return;
    if (text.length === 0 || text.length > VALUE_BYTES_MAX) return;
    this.#bestRank = rank;
    this.#best = latin1(text.bytes, 0, text.length);
  }

  end(kind: number): void {
    if (hasPeer(kind) && this.#bestRank < PEER_NAMES.length) this.#peers.add(this.#best);
  }

  take(): string[] {
    const peers = [...this.#peers];
    this.#peers.clear();
    return peers;
  }
}
