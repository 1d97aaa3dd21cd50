// Closing: traces leave the table of open ones as rows in the store, one forest at a time.

import { setImmediate } from 'node:timers/promises';
import { buildForest } from './forest.ts';
import { insertBatch, type InsertContext } from './insert-batch.ts';
import { traceIdText, wordsOf, type Intake } from './intake.ts';
import type { LateTraces } from './late-traces.ts';
import { BATCH_MAX_SPANS, FLUSH_EVERY_MS, FOREST_MAX_SPANS, REVISIONS_A_ROUND } from './limits.ts';
import { NameCache } from './name-cache.ts';
import type { NameLimit } from './name-limit.ts';
import { BatchBlocks, type PassBlock, traceBlock } from './pass-blocks.ts';
import { readRevisions } from './read-spans.ts';
import { summarize } from './summarize.ts';

export interface CloserOptions extends InsertContext {
  readonly intake: Intake;
  readonly names: NameLimit;
  readonly late: LateTraces;
  readonly sampling: () => number;
  readonly closedTraces: number;
}

export class Closer {
  readonly #options: CloserOptions;
  closedTraces: number;
  closedEarly = 0;
  /** Traces without rows: they could not be summed up, or the engine refused them. */
  failedTraces = 0;
  #flushedMs = Number.NEGATIVE_INFINITY;

  constructor(options: CloserOptions) {
    this.#options = options;
    this.closedTraces = options.closedTraces;
  }

  /** Closes what is due at `nowMs`; when that is little it waits a moment for more. */
  async closeDue(nowMs: number, readTo: number): Promise<void> {
    const { open } = this.#options.intake;
    const due: number[] = [];
    let spans = 0;
    for (let trace = 0; trace < open.limit; trace++) {
      if (!open.isOpen(trace) || !open.isDue(trace, nowMs)) continue;
      due.push(trace);
      spans += open.counts[trace] ?? 0;
    }
    if (due.length === 0) return;
    if (spans < BATCH_MAX_SPANS && nowMs - this.#flushedMs < FLUSH_EVERY_MS) return;
    this.#flushedMs = nowMs;
    const known = await this.#passOverKnown(due);
    await this.#close(known.size === 0 ? due : due.filter((trace) => !known.has(trace)), readTo);
  }

  /** Closes the traces that are open for longest until about `spans` are left. */
  async closeOldest(spans: number, readTo: number): Promise<void> {
    const { open } = this.#options.intake;
    const byAge = Array.from({ length: open.limit }, (_, trace) => trace)
      .filter((trace) => open.isOpen(trace))
      .sort((a, b) => (open.firstSeenMs[a] ?? 0) - (open.firstSeenMs[b] ?? 0) || a - b);
    let left = open.spans.size;
    const oldest: number[] = [];
    for (const trace of byAge) {
      if (left <= spans) break;
      left -= open.counts[trace] ?? 0;
      oldest.push(trace);
    }
    await this.#close(oldest, readTo);
    this.closedEarly += oldest.length;
  }

  /** Seals and inserts blocks; what is true afterwards is the checkpoint. */
  async write(blocks: readonly PassBlock[], readTo: number): Promise<boolean> {
    const { folder, signal, intake, late, sampling } = this.#options;
    const batch = await folder.seal(blocks, {
      readTo,
      replayAfter: Math.min(readTo, intake.open.lowestBlock() - 1),
      factor: sampling(),
      closedTraces: this.closedTraces,
      lateSpans: late.spans,
    });
    const outcome = await insertBatch(batch, this.#options);
    signal.throwIfAborted();
    return outcome === 'inserted';
  }

  /** Others in the process get their turn between two forests. */
  async #close(due: readonly number[], readTo: number): Promise<void> {
    const { intake, signal } = this.#options;
    const { open } = intake;
    const cache = new NameCache(intake.strings, this.#options.names);
    let batch = new BatchBlocks();
    for (const traces of this.#forests(due)) {
      const spans = traces.reduce((sum, trace) => sum + (open.counts[trace] ?? 0), 0);
      batch.add(traces.length, spans, this.#summarize(traces, cache, batch));
      this.#remove(traces);
      if (batch.spans >= BATCH_MAX_SPANS) {
        await this.#writeBatch(batch, readTo);
        batch = new BatchBlocks();
      }
      await setImmediate();
      signal.throwIfAborted();
    }
    await this.#writeBatch(batch, readTo);
    intake.trimStrings();
  }

  async #writeBatch(batch: BatchBlocks, readTo: number): Promise<void> {
    if (batch.traces === 0) return;
    this.closedTraces += batch.traces;
    const blocks = batch.blocks(this.#options.intake.strings.strings);
    if (blocks.length > 0 && !(await this.write(blocks, readTo))) this.failedTraces += batch.traces;
  }

  *#forests(due: readonly number[]): Generator<number[]> {
    const { open } = this.#options.intake;
    let traces: number[] = [];
    let spans = 0;
    for (const [i, trace] of due.entries()) {
      traces.push(trace);
      spans += open.counts[trace] ?? 0;
      if (spans < FOREST_MAX_SPANS && i + 1 < due.length) continue;
      yield traces;
      traces = [];
      spans = 0;
    }
  }

  /** What brings the analysis down must not stop the pass: the forest is lost, and counted. */
  #summarize(
    traces: readonly number[],
    names: NameCache,
    { rollUps }: BatchBlocks,
  ): PassBlock | undefined {
    const { intake, logger } = this.#options;
    const { open, strings } = intake;
    try {
      const forest = buildForest(open, traces, strings.strings);
      const summary = summarize({ forest, open, strings, names, rollUps });
      return traceBlock(summary, strings.strings);
    } catch (error) {
      this.failedTraces += traces.length;
      logger.error('traces could not be summed up', {
        traces: traces.length,
        first: traceIdText(open.ids, traces[0] ?? 0),
        message: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  #remove(traces: Iterable<number>): void {
    const { open, closed } = this.#options.intake;
    for (const trace of traces) {
      const { ids } = open;
      const at = trace * 4;
      closed.add(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0);
      open.remove(trace);
    }
  }

  /** Traces without a root may be the late rest of one that was closed long ago: the store knows. */
  async #passOverKnown(due: readonly number[]): Promise<ReadonlySet<number>> {
    const { engine, signal, intake, late } = this.#options;
    const { open } = intake;
    const byId = new Map<string, number>();
    for (const trace of due) {
      if (byId.size === REVISIONS_A_ROUND) break;
      if (open.hasRoot[trace] === 0) byId.set(traceIdText(open.ids, trace), trace);
    }
    const known = new Set<number>();
    if (byId.size === 0) return known;
    for await (const block of readRevisions(engine, [...byId.keys()], signal)) {
      const ids = wordsOf(block.columns.get('TraceId'));
      for (let row = 0; row < block.rows; row++) {
        const id = traceIdText(ids, row);
        const trace = byId.get(id) ?? -1;
        if (trace < 0) continue;
        known.add(trace);
        late.note(id, open.lastSeenMs[trace] ?? 0, open.counts[trace] ?? 0);
      }
    }
    this.#remove(known);
    return known;
  }
}
