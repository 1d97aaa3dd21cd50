// A source is a record of the log on its way through pipelines. It counts who still holds it; when nobody does, the
// reader's position may pass it, and only then may the log forget it.
//
// Holds are kept in accounts: account 0 is everything between the reader and the exporters, each exporter has one of its
// own. So what one exporter has already delivered is known apart from what another still owes.

import type { Position } from '../log/contract.ts';

/** The account of processors and connectors. */
export const IN_PROCESSING = 0;

export interface SourceOwner {
  /** Called when an account of the source becomes empty. */
  settled(source: Source, account: number): void;
  /** The exporter of this account had the record before the present run. */
  wasDelivered(source: Source, account: number): boolean;
  /** Name and value of the exporter's stored position when one hold on each of these has been released. */
  positionAfter(account: number, released: readonly Source[]): readonly [name: string, Position];
}

export class Source {
  readonly position: Position;
  /** Position behind the record. */
  readonly next: Position;
  readonly owner: SourceOwner;
  readonly #holds: number[];

  /** Begins with one hold in processing: that of the batch it becomes. */
  constructor(owner: SourceOwner, position: Position, next: Position) {
    this.owner = owner;
    this.position = position;
    this.next = next;
    this.#holds = [1];
  }

  holds(account: number): number {
    return this.#holds[account] ?? 0;
  }

  /** Nobody holds it, in whatever account. */
  get isFree(): boolean {
    return this.#holds.every((holds) => (holds ?? 0) === 0);
  }

  retain(account: number, count: number): void {
    this.#holds[account] = this.holds(account) + count;
  }

  release(account: number, count: number): void {
    const left = this.holds(account) - count;
    if (left < 0) throw new Error(`source ${this.position} was released more often than held`);
    this.#holds[account] = left;
    if (left === 0) this.owner.settled(this, account);
  }
}
