// Which records of a log are done with, for each exporter apart: the one place that knows how far a pipeline's stored
// positions may move. Sources stand in the order of the log; an exporter's position is that of the first source that is
// still in processing or still held by this exporter.

import type { Position } from '../../log/contract.ts';
import { IN_PROCESSING, Source, type SourceOwner } from '../source.ts';

export interface TrackedAccount {
  /** The exporter's account. IN_PROCESSING, alone: whoever holds it. */
  readonly account: number;
  /** Of its stored position. */
  readonly name: string;
  /** Everything before it was done with at an earlier run. */
  readonly position: Position;
}

/** Done sources are trimmed off the front once there are so many, not one by one. */
const TRIM_SOURCES = 1024;

export class Tracker implements SourceOwner {
  readonly #onMoved: (delivered: boolean) => void;
  /** Delivered up to, by account; moves on with `positionOf`. */
  readonly #positions = new Map<number, Position>();
  readonly #names = new Map<number, string>();
  /** Index into `#sources` of the first that may not be done, by account. */
  readonly #cursors = new Map<number, number>();
  #sources: Source[] = [];
  #end: Position;

  /** @param onMoved called when some position may have moved: often, so it must be cheap. `delivered`: not only passed by. */
  constructor(accounts: readonly TrackedAccount[], onMoved: (delivered: boolean) => void) {
    this.#onMoved = onMoved;
    this.#end = Math.min(...accounts.map(({ position }) => position));
    for (const { account, position, name } of accounts) {
      this.#names.set(account, name);
      this.#positions.set(account, position);
      this.#cursors.set(account, 0);
    }
  }

  /** Position behind the last record that was read. */
  get end(): Position {
    return this.#end;
  }

  get accounts(): readonly number[] {
    return [...this.#positions.keys()];
  }

  /** Where accounts begin that are further on than the others: there a pipeline comes to rest once. */
  get boundaries(): readonly Position[] {
    const ahead = [...this.#positions.values()].filter((position) => position > this.#end);
    return [...new Set(ahead)].toSorted((a, b) => a - b);
  }

  add(position: Position, next: Position): Source {
    const source = new Source(this, position, next);
    this.#sources.push(source);
    this.#end = next;
    return source;
  }

  /** A record that is not for this pipeline. */
  pass(next: Position): void {
    this.#end = next;
    this.#onMoved(false);
  }

  /** An exporter that is new here begins behind what was read; one that is gone holds nothing up any more. */
  setAccounts(accounts: ReadonlyArray<Omit<TrackedAccount, 'position'>>): void {
    for (const account of this.accounts) {
      if (accounts.some((one) => one.account === account)) continue;
      this.#positions.delete(account);
      this.#cursors.delete(account);
    }
    for (const { account, name } of accounts) {
      if (this.#positions.has(account)) continue;
      this.#names.set(account, name);
      this.#positions.set(account, this.#end);
      this.#cursors.set(account, this.#sources.length);
    }
  }

  settled(): void {
    this.#onMoved(true);
  }

  /** Whether the exporter had this record before the present run. */
  wasDelivered(source: Source, account: number): boolean {
    return source.position < (this.#positions.get(account) ?? -1);
  }

  /** Everything before it is done with for this exporter. */
  positionOf(account: number): Position {
    let cursor = this.#cursors.get(account) ?? 0;
    const first = cursor;
    while (cursor < this.#sources.length && this.#isDone(cursor, account)) cursor++;
    const reached = this.#sources[cursor]?.position ?? this.#end;
    const position = Math.max(reached, this.#positions.get(account) ?? 0);
    this.#cursors.set(account, cursor);
    if (cursor > first) this.#trim();
    return position;
  }

  positionAfter(account: number, released: readonly Source[]): readonly [string, Position] {
    this.positionOf(account); // brings the cursor on
    const mine = released.filter((source) => source.owner === this);
    let cursor = this.#cursors.get(account) ?? 0;
    for (; cursor < this.#sources.length; cursor++) {
      const source = this.#sources[cursor];
      if (source === undefined || this.#isDone(cursor, account)) continue;
      const holds = mine.filter((one) => one === source).length;
      if (source.holds(IN_PROCESSING) > 0 || source.holds(account) > holds) break;
    }
    const reached = this.#sources[cursor]?.position ?? this.#end;
    const position = Math.max(reached, this.#positions.get(account) ?? 0);
    return [this.#names.get(account) ?? '', position];
  }

  /** Sources that processors still held when they were stopped: their records have to be read again. */
  takeHeld(): Source[] {
    const held = this.#sources.filter((source) => source.holds(IN_PROCESSING) > 0);
    for (const source of held) {
      source.retain(IN_PROCESSING, 1);
      source.release(IN_PROCESSING, source.holds(IN_PROCESSING) - 1);
    }
    return held;
  }

  #isDone(at: number, account: number): boolean {
    const source = this.#sources[at];
    if (source === undefined) return true;
    if (account === IN_PROCESSING) return source.isFree;
    return source.holds(IN_PROCESSING) === 0 && source.holds(account) === 0;
  }

  #trim(): void {
    const done = Math.min(...this.#cursors.values());
    if (done < TRIM_SOURCES && done < this.#sources.length) return;
    this.#sources = this.#sources.slice(done);
    for (const [account, cursor] of this.#cursors) this.#cursors.set(account, cursor - done);
  }
}
