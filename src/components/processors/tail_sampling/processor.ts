// The tail sampler: holds requests until each of their traces was decided, asks the policies, passes on what they keep.
// README.md has the way of the data.

import { setImmediate as turn } from 'node:timers/promises';
import { NONE } from '../../../otlp/index/group-table.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { hashTrace } from '../../../otlp/index/trace-words.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Cancel } from '../../../pipeline/clock.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import { Buffer, runOf, sizeOfGroup } from './buffer.ts';
import type { TailSamplingConfig } from './config.ts';
import { type Decided, DecidedTraces, LEFT_OUT } from './decided-traces.ts';
import { chooseGroup, Decider } from './decider.ts';
import { DecisionJournal } from './decision-journal.ts';
import { DueTraces } from './due-traces.ts';
import { Evaluator } from './evaluator.ts';
import { HeldBatch, type TracesBatch } from './held-batch.ts';
import { type Limits, limitsOf } from './limits.ts';
import { makeMeters, type Meters } from './meters.ts';
import { Outbox } from './outbox.ts';
import { compilePolicy } from './policies/compile.ts';
import { Thinner } from './thinned.ts';
import { NO_ROW } from './trace-table.ts';

const TICK_MS = 200;
/** A slice ends after the trace at hand: the largest that is here at once takes some 10 ms more. */
const SLICE_MS = 8;
const MS_PER_SECOND = 1000;

export class TailSampler implements Processor {
  readonly #settings: ProcessorSettings;
  readonly #config: TailSamplingConfig;
  readonly #limits: Limits;
  readonly #meters: Meters;
  readonly #buffer: Buffer;
  readonly #due: DueTraces;
  readonly #decided: DecidedTraces;
  readonly #evaluator: Evaluator;
  readonly #outbox: Outbox;
  readonly #thinner = new Thinner();
  #journal: DecisionJournal | undefined;
  #decider: Decider | undefined;
  #cancelTick: Cancel | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;
  /** Whoever is behind asks to wait. */
  #blocked: Promise<void> | undefined;

  constructor(config: TailSamplingConfig, settings: ProcessorSettings, next: Consumer) {
    const { metrics, clock, id, pipeline, logger } = settings;
    const labels = { processor: id, pipeline };
    this.#config = config;
    this.#settings = settings;
    this.#limits = limitsOf(config);
    this.#meters = makeMeters(metrics, labels);
    this.#buffer = new Buffer(config.expected_new_traces_per_sec * this.#limits.waitMs * 1e-3);
    this.#due = new DueTraces(this.#buffer.table, this.#limits);
    this.#decided = new DecidedTraces(this.#limits.remembered);
    this.#outbox = new Outbox(next);
    this.#evaluator = new Evaluator({
      policies: config.policies.map((policy) => ({
        name: policy.name,
        drops: policy.type === 'drop',
        policy: compilePolicy(policy, () => clock.monotonic()),
      })),
      sampleOnFirstMatch: config.sample_on_first_match,
      metrics,
      labels,
      onError: (policy, error) =>
        logger.warn('a policy failed on a trace and has no vote on it; told once a start', {
          policy,
          reason: error instanceof Error ? error.message : String(error),
        }),
    });
  }

  async start(): Promise<void> {
    const { clock } = this.#settings;
    const { keepDecisionsMs, loadBytes } = this.#limits;
    const journal = await this.#settings.journal();
    this.#journal = new DecisionJournal(journal, keepDecisionsMs, () => clock.now());
    await this.#journal.load(this.#decided, clock.monotonic());
    this.#decider = new Decider({
      buffer: this.#buffer,
      evaluator: this.#evaluator,
      decided: this.#decided,
      journal: this.#journal,
      meters: this.#meters,
      outbox: this.#outbox,
      clock,
      settings: this.#settings,
      loadBytes,
    });
    this.#cancelTick = clock.every(TICK_MS, () => void this.#decideDue());
  }

  consume(batch: Batch): void | Promise<void> {
    if (batch.signal !== 'traces') throw new Error('tail_sampling takes traces only');
    const held = new HeldBatch(batch, this.#settings.readBack !== undefined);
    const late = this.#take(batch, held);
    const waits = [this.#overflow(), this.#blocked, late].filter((wait) => wait !== undefined);
    return waits.length > 1 ? Promise.all(waits).then(() => undefined) : waits[0];
  }

  /** Undecided traces stay in the log and are read again at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#decider?.stop();
    this.#cancelTick?.();
    await this.#running;
    if (this.#config.drop_pending_traces_on_shutdown) this.#dropPending();
    await this.#journal?.flush();
  }

  held(): number {
    return this.#buffer.waitingSpans;
  }

  /** Puts the spans into the table; passes on those of traces that were kept already. */
  #take(batch: TracesBatch, held: HeldBatch): void | Promise<void> {
    const { groups } = held;
    const index = batch.index();
    const now = this.#settings.clock.monotonic();
    const { table } = this.#buffer;
    let number: number | undefined;
    let largeBytes = 0;
    let isDue = false;
    for (let group = 0; group < groups.count; group++) {
      const first = groups.order[groups.starts[group] ?? 0] ?? 0;
      const hash = hashTrace(index.traceWords, first * 4);
      let row = table.find(index.traceWords, first * 4, hash);
      if (row === NO_ROW) {
        const decided = this.#decided.find(index.traceWords, first * 4, hash);
        if (decided !== undefined) {
          this.#takeLate(batch, held, group, decided);
          continue;
        }
        row = table.add(index.traceWords, first * 4, hash, now);
        this.#meters.newTraces.add(1);
      }
      number ??= this.#buffer.add(held);
      held.waiting += 1;
      const bytes = bytesOf(held, index, group);
      table.append(row, number, group, sizeOfGroup(held, group), bytes);
      this.#buffer.waitingSpans += sizeOfGroup(held, group);
      if (this.#isLarge(row)) largeBytes += bytes;
      isDue ||= (table.firstMs[row] ?? 0) + this.#limits.waitMs <= now;
      this.#lookEarly(row, held, group, now);
    }
    const late = this.#sendLate(held, number);
    // What is about to be decided stays, or reading it back would never end while more of it comes.
    if (!isDue) this.#letGoIfFull(held, number, largeBytes);
    this.#showSizes();
    return late;
  }

  /** Spans of a trace that is decided share its fate. */
  #takeLate(batch: TracesBatch, held: HeldBatch, group: number, decided: Decided): void {
    const { telemetry, clock } = this.#settings;
    const spans = sizeOfGroup(held, group);
    telemetry.late(spans);
    this.#meters.lateAgeS.observe((clock.monotonic() - decided.atMs) / MS_PER_SECOND);
    if (decided.chance === LEFT_OUT) {
      this.#meters.lateLeftOut.add(1);
      telemetry.dropped(spans, 'not sampled, late');
      return;
    }
    this.#meters.lateKept.add(1);
    const first = held.groups.order[held.groups.starts[group] ?? 0] ?? 0;
    this.#thinner.begin(batch.bytes, batch.index().traceId[first] ?? 0, decided.chance);
    chooseGroup(held, group, decided.chance, this.#thinner);
  }

  #sendLate(held: HeldBatch, number: number | undefined): void | Promise<void> {
    if (held.keep === undefined && number !== undefined) return undefined;
    this.#outbox.add(held, number === undefined);
    return this.#outbox.send();
  }

  #isLarge(row: number): boolean {
    const { table } = this.#buffer;
    if ((table.bytes[row] ?? 0) <= this.#limits.traceBytes) return false;
    if (table.isLarge[row] === 0) this.#meters.tooLarge.add(1);
    table.isLarge[row] = 1;
    return true;
  }

  /** Whether the trace can be decided before its time. */
  #lookEarly(row: number, held: HeldBatch, group: number, now: number): void {
    const run = runOf(held, group);
    if (run === undefined) return;
    const { sampling_strategy } = this.#config;
    if (sampling_strategy === 'span-ingest' && this.#decider?.isBusy === false) {
      this.#evaluator.begin();
      this.#evaluator.take(run);
      const facts = this.#decider?.factsOf(row);
      const chance = facts && this.#evaluator.decideEarly(facts);
      if (chance !== undefined) return this.#due.decided(row, chance);
    }
    if (this.#config.decision_wait_after_root_received === 0) return;
    for (let at = run.from; at < run.to; at++) {
      if (run.index.parentId[run.items[at] ?? 0] === NONE) return this.#due.rootCame(row, now);
    }
  }

  /** The newest waits longest, so its bytes are the ones to let go. */
  #letGoIfFull(held: HeldBatch, number: number | undefined, largeBytes: number): void {
    if (number === undefined || held.position === undefined) return;
    const isFull = this.#buffer.bytes > this.#limits.bufferBytes;
    if (isFull || largeBytes * 2 > held.fullBytes) this.#buffer.letGo(held);
  }

  /** Full of what cannot be let go: decisions must make room, and whoever sends waits for them. */
  #overflow(): Promise<void> | undefined {
    const { bufferBytes, restBytes, overflowBytes } = this.#limits;
    const limit = this.#settings.readBack === undefined ? bufferBytes : overflowBytes;
    const isOver = () => this.#buffer.bytes > limit || this.#buffer.restBytes > restBytes;
    if (!isOver()) return undefined;
    if (this.#config.block_on_overflow) return this.#untilRoom(isOver);
    this.#due.forceWhile(isOver);
    return this.#decideDue();
  }

  async #untilRoom(isOver: () => boolean): Promise<void> {
    while (isOver() && !this.#stopped) {
      await new Promise<void>((resolve) => void this.#settings.clock.after(TICK_MS, resolve));
    }
  }

  /** Decides all traces that are due, slice by slice; one run at a time. */
  #decideDue(): Promise<void> {
    this.#running ??= this.#run()
      .catch((error: unknown) => {
        this.#settings.logger.error('deciding failed and is tried again', {
          reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#settings;
    const decider = this.#decider;
    if (decider === undefined) return;
    const startedMs = performance.now();
    let any = false;
    try {
      for (;;) {
        const row = this.#due.next(clock.monotonic());
        if (row === NO_ROW || this.#stopped) break;
        if (any) await turn();
        any = true;
        if (!this.#buffer.isHere(row)) {
          if (decider.isTooLarge(row)) {
            await this.#decideLarge(row);
            continue;
          }
          await decider.fetch(this.#due.all(clock.monotonic()));
        }
        this.#decideSlice(decider);
        await this.#journal?.written();
        decider.send();
        const wait = this.#outbox.send();
        if (wait !== undefined) await this.#wait(wait);
      }
    } finally {
      decider.takeAway();
      this.#due.forceWhile(undefined);
      this.#journal?.write();
      if (any) this.#meters.timerMs.observe(performance.now() - startedMs);
      this.#showSizes();
    }
  }

  /** As many traces as fit into the time; ends at one that has to be read back. */
  #decideSlice(decider: Decider): void {
    const endMs = performance.now() + SLICE_MS;
    do {
      const row = this.#due.next(this.#settings.clock.monotonic());
      if (row === NO_ROW || !this.#buffer.isHere(row)) break;
      this.#countEarly(row);
      decider.decide(row, this.#due.take(row));
    } while (performance.now() < endMs);
  }

  async #decideLarge(row: number): Promise<void> {
    this.#countEarly(row);
    await this.#wait(this.#decider?.decideInParts(row, this.#due.take(row)) ?? Promise.resolve());
  }

  #countEarly(row: number): void {
    if (this.#due.isForced(row, this.#settings.clock.monotonic())) this.#meters.early.add(1);
  }

  async #wait(wait: Promise<void>): Promise<void> {
    this.#blocked = wait;
    try {
      await wait;
    } finally {
      this.#blocked = undefined;
    }
  }

  #dropPending(): void {
    this.#settings.telemetry.dropped(this.#buffer.waitingSpans, 'pending at shutdown');
    this.#buffer.waitingSpans = 0;
    for (const held of this.#buffer.batches) held.release();
  }

  #showSizes(): void {
    this.#meters.waiting.set(this.#buffer.table.count);
    this.#meters.bufferBytes.set(this.#buffer.bytes);
  }
}

/** Size of a group's spans, each time with the resource and the scope that they stand under. */
function bytesOf(held: HeldBatch, index: TraceIndex, group: number): number {
  const { order, starts } = held.groups;
  let bytes = 0;
  let scope = NONE;
  for (let at = starts[group] ?? 0; at < (starts[group + 1] ?? 0); at++) {
    const span = order[at] ?? 0;
    bytes += (index.end[span] ?? 0) - (index.fieldStart[span] ?? 0);
    if (index.scope[span] === scope) continue;
    scope = index.scope[span] ?? 0;
    const resource = index.resource[span] ?? 0;
    const { resources, scopes } = index;
    bytes += (resources.innerEnd[resource] ?? 0) - (resources.innerStart[resource] ?? 0);
    bytes += (scopes.innerEnd[scope] ?? 0) - (scopes.innerStart[scope] ?? 0);
  }
  return bytes;
}
