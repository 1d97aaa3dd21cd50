// One round of the trace pass: read what is new, close what is due, write it, give late traces a new revision. Keeps what
// is between rounds.

import type { AppError } from '../../base/app-error.ts';
import type { Engine } from '../../store/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { NativeBlock } from '../../sql/native-reader.ts';
import type { Checkpoint, CheckpointFolder } from './checkpoint.ts';
import { Closer } from './closer.ts';
import { insertBatch } from './insert-batch.ts';
import { Intake } from './intake.ts';
import { LateTraces } from './late-traces.ts';
import { CLOSED_IDS_MAX, LAG_MAX_MS, OPEN_SPANS_MAX, RECOVERED_MS } from './limits.ts';
import { NameLimit } from './name-limit.ts';
import { PassClock } from './pass-clock.ts';
import { lastBlock, readClosedIds, readRecentIds, readSpans, ReadStep } from './read-spans.ts';
import { reviseLate } from './revise.ts';
import { Sampling } from './sampling.ts';

export interface RoundOptions {
  readonly engine: Engine;
  readonly folder: CheckpointFolder;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock: { wallMs(): number; monotonicMs(): number };
  readonly onWaiting: (error: AppError | undefined) => void;
}

export interface RoundCounts {
  /** Everything stored was read. */
  readonly caughtUp: boolean;
  /** How long ago the last span that was read arrived, while not caught up; else 0. */
  readonly lagMs: number;
  readonly openTraces: number;
  readonly openSpans: number;
  /** Blocks of `spans` before this one hold only traces that are closed and written; 0: not known yet. */
  readonly openSinceBlock: number;
  /** Over the life of the data directory, like late spans. */
  readonly closedTraces: number;
  /** Spans that came after their trace was closed: on its page, not in the roll-ups. */
  readonly lateSpans: number;
  /** Traces that wait for a new revision. */
  readonly lateTracesWaiting: number;
  /** One trace in so many is looked at; above 1 every number of the roll-ups is an estimate. */
  readonly sampling: number;
  /** Open traces that were let go by a step of sampling, since the start; others stand for them. */
  readonly letGoTraces: number;
  /** Rows of roll-ups that went to `(other)`, since the start. */
  readonly otherNames: number;
  /** Traces closed before their time because too many spans were open, since the start. */
  readonly closedEarly: number;
  /** Traces that could not be summed up, since the start: a bug, see the log. */
  readonly failedTraces: number;
}

/** Traces that started so long before the last one are known as closed after a start. */
const REMEMBERED_NANOS = 15n * 60n * 1_000_000_000n;
/** How often a growing lag is looked at. */
const LAG_LOOK_MS = 10_000;

export class PassRound {
  readonly #options: RoundOptions;
  readonly #step = new ReadStep();
  readonly #clock: PassClock;
  readonly #names = new NameLimit();
  #sampling = new Sampling();
  #intake: Intake;
  #late = new LateTraces(0);
  #closer: Closer | undefined;
  #readTo = 0;
  #caughtUp = false;
  #lag = { atMs: 0, lagMs: 0 };
  #steadySinceMs = 0;
  #letGo = 0;
  #openSinceBlock = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#clock = new PassClock(0, () => options.clock.monotonicMs());
    this.#intake = this.#newIntake();
  }

  counts(): RoundCounts {
    const { open } = this.#intake;
    return {
      caughtUp: this.#caughtUp,
      lagMs: this.#caughtUp ? 0 : this.#lagMs(),
      openTraces: open.size,
      openSpans: open.spans.size,
      openSinceBlock: this.#openSinceBlock,
      closedTraces: this.#closer?.closedTraces ?? 0,
      lateSpans: this.#late.spans,
      lateTracesWaiting: this.#late.waiting,
      sampling: this.#sampling.factor,
      letGoTraces: this.#letGo,
      otherNames: this.#names.refused,
      closedEarly: this.#closer?.closedEarly ?? 0,
      failedTraces: this.#closer?.failedTraces ?? 0,
    };
  }

  /** Nothing is open and nothing waits: only new spans give work. */
  isIdle(): boolean {
    return this.#caughtUp && this.#intake.open.size === 0 && this.#late.waiting === 0;
  }

  async run(): Promise<void> {
    const closer = this.#closer ?? (await this.#recover());
    await this.#readNew(closer);
    await closer.closeDue(this.#clock.nowMs(), this.#readTo);
    this.#noteOpenBlocks();
    await this.#revise(closer);
  }

  /** Only when all that was closed is written, or traces would be nowhere for a moment. */
  #noteOpenBlocks(): void {
    this.#openSinceBlock = Math.min(this.#readTo + 1, this.#intake.open.lowestBlock());
  }

  /** After a start: the batch that was interrupted, then the checkpoint, then the traces that were open. */
  async #recover(): Promise<Closer> {
    const { engine, folder, signal } = this.#options;
    const pending = await folder.pending();
    if (pending !== undefined) await insertBatch(pending, this.#options);
    signal.throwIfAborted();
    const checkpoint = await folder.checkpoint();
    this.#sampling = new Sampling(checkpoint.factor);
    this.#late = new LateTraces(checkpoint.lateSpans);
    this.#intake = this.#newIntake();
    const recent = readRecentIds(engine, REMEMBERED_NANOS, CLOSED_IDS_MAX, signal);
    for await (const block of recent) this.#intake.remember(block);
    const last = await lastBlock(engine, signal);
    this.#readTo = Math.min(checkpoint.readTo, last);
    await this.#replay(checkpoint);
    this.#closer = new Closer({
      ...this.#options,
      intake: this.#intake,
      names: this.#names,
      late: this.#late,
      sampling: () => this.#sampling.factor,
      closedTraces: checkpoint.closedTraces,
    });
    return this.#closer;
  }

  async #replay(checkpoint: Checkpoint): Promise<void> {
    const { engine, signal } = this.#options;
    const range = { after: checkpoint.replayAfter, upTo: this.#readTo };
    if (range.after >= range.upTo) return;
    for await (const block of readClosedIds(engine, range, signal)) this.#intake.remember(block);
    for await (const block of readSpans(engine, range, this.#sampling.factor, signal))
      this.#take(block, true);
    this.#clock.advance(this.#intake.lastReceivedMs, false);
  }

  async #readNew(closer: Closer): Promise<void> {
    const { engine, signal } = this.#options;
    for (;;) {
      const last = await lastBlock(engine, signal);
      // Numbers begin again when the table was emptied and the engine restarted.
      this.#readTo = Math.min(this.#readTo, last);
      if (this.#readTo >= last) break;
      const upTo = Math.min(last, this.#readTo + this.#step.blocks);
      let rows = 0;
      const range = { after: this.#readTo, upTo };
      for await (const block of readSpans(engine, range, this.#sampling.factor, signal)) {
        this.#take(block, false);
        rows += block.rows;
        if (this.#intake.open.spans.size > OPEN_SPANS_MAX) await this.#makeRoom(closer);
      }
      this.#readTo = upTo;
      this.#step.learn(rows);
      this.#intake.trimStrings();
      this.#caughtUp = upTo >= last;
      this.#clock.advance(this.#intake.lastReceivedMs, this.#caughtUp);
      this.#watchLag();
      if (this.#caughtUp) return;
      await closer.closeDue(this.#clock.nowMs(), this.#readTo);
      this.#noteOpenBlocks();
    }
    this.#caughtUp = true;
    this.#clock.advance(this.#intake.lastReceivedMs, true);
    this.#watchLag();
  }

  #take(block: NativeBlock, replay: boolean): void {
    this.#intake.take(block, (receivedMs) => this.#clock.seenMs(receivedMs), replay);
  }

  /** Too many spans are open: look at fewer traces, and if that is not enough close the oldest. */
  async #makeRoom(closer: Closer): Promise<void> {
    const { open } = this.#intake;
    const letGo = this.#sampling.tighten(open);
    this.#letGo += letGo;
    this.#options.logger.warn('the trace pass has too many open spans and samples traces', {
      sampling: this.#sampling.factor,
      letGo,
    });
    if (open.spans.size > OPEN_SPANS_MAX * 0.75)
      await closer.closeOldest(OPEN_SPANS_MAX / 2, this.#readTo);
  }

  #lagMs(): number {
    return Math.max(0, this.#options.clock.wallMs() - this.#intake.lastReceivedMs);
  }

  /** Behind, and not getting nearer: one step of sampling. Caught up for a while: one step back. */
  #watchLag(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#caughtUp) {
      this.#lag = { atMs: 0, lagMs: 0 };
      if (this.#steadySinceMs === 0) this.#steadySinceMs = nowMs;
      if (this.#sampling.factor > 1 && nowMs - this.#steadySinceMs >= RECOVERED_MS) {
        this.#sampling.loosen(this.#clock.nowMs());
        this.#steadySinceMs = nowMs;
      }
      return;
    }
    this.#steadySinceMs = 0;
    const lagMs = this.#lagMs();
    if (nowMs - this.#lag.atMs < LAG_LOOK_MS) return;
    const grows = this.#lag.atMs > 0 && lagMs >= this.#lag.lagMs;
    this.#lag = { atMs: nowMs, lagMs };
    if (lagMs < LAG_MAX_MS || !grows) return;
    this.#letGo += this.#sampling.tighten(this.#intake.open);
    this.#options.logger.warn('the trace pass falls behind and samples traces', {
      lagMs,
      sampling: this.#sampling.factor,
    });
  }

  async #revise(closer: Closer): Promise<void> {
    const due = this.#late.due(this.#clock.nowMs());
    if (due.length === 0) return;
    const blocks = await reviseLate(due, this.#options, this.#names);
    if (blocks.length > 0) await closer.write(blocks, this.#readTo);
    this.#late.done(due);
  }

  #newIntake(): Intake {
    return new Intake({
      sampling: this.#sampling,
      onLate: (traceId) => this.#late.note(traceId, this.#clock.nowMs()),
    });
  }
}
