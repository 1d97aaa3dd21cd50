// Decisions on disk: after a crash the log is read again from the oldest record with an undecided trace, and what was
// decided of the traces beside it must stay so. An entry is what one slice decided:
//
//   f64 wall time, ms · for each trace: 16 bytes id, f64 chance (0: left out)
//
// Old entries go when nothing that old can be read again; the journal is then written anew.

import { hashTrace } from '../../../otlp/index/trace-words.ts';
import type { Journal } from '../../../pipeline/journal-contract.ts';
import type { DecidedTraces } from './decided-traces.ts';
import { LEFT_OUT } from './decided-traces.ts';

const HEAD_BYTES = 8;
const TRACE_BYTES = 24;
/** An entry of 750 KiB: below what a journal takes at once. */
const MAX_TRACES_AN_ENTRY = 32_000;
/** The journal is looked through for what is old when it has grown to this, and to twice what was left then. */
const MIN_COMPACT_BYTES = 4 * 1024 * 1024;

export class DecisionJournal {
  readonly #journal: Journal;
  readonly #keepMs: number;
  readonly #now: () => number;
  #entry = new DataView(new ArrayBuffer(HEAD_BYTES + MAX_TRACES_AN_ENTRY * TRACE_BYTES));
  #traces = 0;
  #compactAtBytes = MIN_COMPACT_BYTES;
  /** While the journal is written anew, what is decided waits here. */
  #waiting: Uint8Array[] | undefined;
  #compacting: Promise<void> = Promise.resolve();

  /**
   * @param keepMs how long a decision can still be asked for after a crash.
   * @param now wall time, ms.
   */
  constructor(journal: Journal, keepMs: number, now: () => number) {
    this.#journal = journal;
    this.#keepMs = keepMs;
    this.#now = now;
  }

  /** What an earlier run decided. */
  async load(into: DecidedTraces, atMs: number): Promise<number> {
    const entries = (await this.#journal.entries()).filter((entry) => this.#isYoung(entry));
    const decisions = entries.map(
      (entry) => new DataView(entry.buffer, entry.byteOffset, entry.byteLength),
    );
    let [kept, leftOut] = [0, 0];
    for (const view of decisions) {
      for (let at = HEAD_BYTES; at < view.byteLength; at += TRACE_BYTES) {
        if (view.getFloat64(at + 16, true) === LEFT_OUT) leftOut += 1;
        else kept += 1;
      }
    }
    into.reserve({ kept, leftOut });
    const words = new Uint32Array(4);
    for (const view of decisions) {
      for (let at = HEAD_BYTES; at < view.byteLength; at += TRACE_BYTES) {
        for (let i = 0; i < 4; i++) words[i] = view.getUint32(at + i * 4, true);
        const hash = hashTrace(words, 0);
        if (into.find(words, 0, hash) !== undefined) continue;
        into.add(words, 0, hash, { chance: view.getFloat64(at + 16, true), atMs });
      }
    }
    return kept + leftOut;
  }

  /** @param at of the four words of the id in `words`. */
  add(words: Uint32Array, at: number, chance: number): void {
    if (this.#traces === MAX_TRACES_AN_ENTRY) this.write();
    const offset = HEAD_BYTES + this.#traces++ * TRACE_BYTES;
    for (let i = 0; i < 4; i++) this.#entry.setUint32(offset + i * 4, words[at + i] ?? 0, true);
    this.#entry.setFloat64(offset + 16, chance, true);
  }

  /** Hands what was added to the journal. */
  write(): void {
    if (this.#traces === 0) return;
    this.#entry.setFloat64(0, this.#now(), true);
    const entry = new Uint8Array(
      this.#entry.buffer.slice(0, HEAD_BYTES + this.#traces * TRACE_BYTES),
    );
    this.#traces = 0;
    if (this.#waiting !== undefined) {
      this.#waiting.push(entry);
      return;
    }
    this.#journal.append(entry);
    if (this.#journal.size > this.#compactAtBytes) this.#compacting = this.#compact();
  }

  /**
   * What was decided is on disk: only then may its spans go, or a crash would forget the decision and not the delivery, and
   * what comes late be decided by itself. A disk that fails is no reason to hold the spans.
   */
  written(): Promise<void> {
    return this.flush().catch(() => undefined);
  }

  /** Everything is written when it resolves. */
  async flush(): Promise<void> {
    this.write();
    await this.#compacting;
    await this.#journal.flush();
  }

  /** Fails only where the disk does, and then the journal is as it was. */
  async #compact(): Promise<void> {
    this.#waiting = [];
    try {
      const entries = await this.#journal.entries();
      await this.#journal.replace(entries.filter((entry) => this.#isYoung(entry)));
    } catch {
      // What is not written is told by `flush`, and tried again when the journal has grown further.
    } finally {
      for (const entry of this.#waiting.splice(0)) this.#journal.append(entry);
      this.#waiting = undefined;
      this.#compactAtBytes = Math.max(MIN_COMPACT_BYTES, this.#journal.size * 2);
    }
  }

  /** Entries from the future (somebody set the clock) are kept. */
  #isYoung(entry: Uint8Array): boolean {
    if (entry.length < HEAD_BYTES) return false;
    const view = new DataView(entry.buffer, entry.byteOffset, entry.byteLength);
    return view.getFloat64(0, true) > this.#now() - this.#keepMs;
  }
}
