// The newest records in memory, so that a reader that keeps up never touches the file. Bounded by bytes; the oldest go
// first, whether or not somebody still wants them: those are in the file.

import type { LogRecord, Position } from './contract.ts';

/** What a record costs beside its payload: the objects around it. */
const RECORD_OVERHEAD_BYTES = 400;

export class RecentRecords {
  #records: Array<LogRecord | undefined> = [];
  /** Records before this index are gone; the array is trimmed now and then, not at each step. */
  #first = 0;
  #bytes = 0;
  /** Every record at or behind this position is here. */
  #since: Position;
  readonly #maxBytes: number;

  constructor(since: Position, maxBytes: number) {
    this.#since = since;
    this.#maxBytes = maxBytes;
  }

  push(record: LogRecord): void {
    this.#records.push(record);
    this.#bytes += cost(record);
    while (this.#bytes > this.#maxBytes) this.#evict();
  }

  covers(position: Position): boolean {
    return position >= this.#since;
  }

  /** Up to `limit` records from `position` on, which must be covered. */
  from(position: Position, limit: number): readonly LogRecord[] {
    let low = this.#first;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.position ?? Infinity) < position) low = middle + 1;
      else high = middle;
    }
    return this.#records.slice(low, low + limit).filter((record) => record !== undefined);
  }

  /** Receive time of the first record at or behind `position`. */
  timeAt(position: Position): number | undefined {
    return this.covers(position) ? this.from(position, 1)[0]?.receivedAtMs : undefined;
  }

  #evict(): void {
    const gone = this.#records[this.#first];
    if (gone === undefined) return;
    this.#since = gone.next;
    this.#bytes -= cost(gone);
    this.#records[this.#first++] = undefined; // lets go of the payload
    // Trimming moves the rest, so it waits until half the array is empty.
    if (this.#first * 2 >= this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
  }
}

const cost = (record: LogRecord): number => record.bytes.length + RECORD_OVERHEAD_BYTES;
