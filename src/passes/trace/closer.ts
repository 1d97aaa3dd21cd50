// Closing: traces leave the table of open ones as rows in the store, one forest at a time.

import { buildForest } from './forest.ts';
import { insertBatch, type InsertContext } from './insert-batch.ts';
import { passBlocks, type PassBlock } from './inserts.ts';
import { traceIdText, wordsOf, type Intake } from './intake.ts';
import type { LateTraces } from './late-traces.ts';
import { FLUSH_EVERY_MS, FOREST_MAX_SPANS, REVISIONS_A_ROUND } from './limits.ts';
import type { NameLimit } from './name-limit.ts';
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
    const isDue = (trace: number): boolean => open.isDue(trace, nowMs);
    let spans = 0;
    for (let trace = 0; trace < open.size; trace++)
      if (isDue(trace)) spans += open.counts[trace] ?? 0;
    if (spans === 0) return;
    if (spans < FOREST_MAX_SPANS && nowMs - this.#flushedMs < FLUSH_EVERY_MS) return;
    this.#flushedMs = nowMs;
    await this.#passOverKnown(isDue);
    await this.#closeWhere(isDue, readTo);
  }

  /** Closes the traces that are open for longest until about `spans` are left. */
  async closeOldest(spans: number, readTo: number): Promise<void> {
    const { open } = this.#options.intake;
    const byAge = Array.from({ length: open.size }, (_, trace) => trace).sort(
      (a, b) => (open.firstSeenMs[a] ?? 0) - (open.firstSeenMs[b] ?? 0),
    );
    let left = open.spans.size;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const trace of byAge) {
      if (left <= spans) break;
      left -= open.counts[trace] ?? 0;
      lastMs = open.firstSeenMs[trace] ?? lastMs;
    }
    const before = this.closedTraces;
    await this.#closeWhere((trace) => (open.firstSeenMs[trace] ?? 0) <= lastMs, readTo);
    this.closedEarly += this.closedTraces - before;
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

  async #closeWhere(isGone: (trace: number) => boolean, readTo: number): Promise<void> {
    const { intake } = this.#options;
    for (;;) {
      const traces = this.#pick(isGone);
      if (traces.length === 0) return;
      const blocks = this.#summarize(traces);
      this.#remove(new Set(traces));
      this.closedTraces += traces.length;
      if (blocks.length > 0 && !(await this.write(blocks, readTo)))
        this.failedTraces += traces.length;
      intake.trimStrings();
    }
  }

  /** As many as are worked through together. */
  #pick(isGone: (trace: number) => boolean): number[] {
    const { open } = this.#options.intake;
    const traces: number[] = [];
    let spans = 0;
    for (let trace = 0; trace < open.size && spans < FOREST_MAX_SPANS; trace++) {
      if (!isGone(trace)) continue;
      traces.push(trace);
      spans += open.counts[trace] ?? 0;
    }
    return traces;
  }

  /** A trace that brings the analysis down must not stop the pass: then each is tried alone, and that one is lost. */
  #summarize(traces: readonly number[]): PassBlock[] {
    const { intake, names, logger } = this.#options;
    const { open, strings } = intake;
    try {
      const forest = buildForest(open, traces, strings.strings);
      return passBlocks(summarize({ forest, open, strings, names }), strings.strings);
    } catch (error) {
      this.failedTraces += traces.length;
      logger.error('traces could not be summed up', {
        traces: traces.length,
        first: traceIdText(open.ids, traces[0] ?? 0),
        message: error instanceof Error ? error.message : String(error),
      });
      return [];
    }
  }

  #remove(gone: ReadonlySet<number>): void {
    const { open, closed } = this.#options.intake;
    const { ids } = open;
    for (const trace of gone) {
      const at = trace * 4;
      closed.add(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0);
    }
    open.remove((trace) => gone.has(trace));
  }

  /** Traces without a root may be the late rest of one that was closed long ago: the store knows. */
  async #passOverKnown(isDue: (trace: number) => boolean): Promise<void> {
    const { engine, signal, intake, late } = this.#options;
    const { open } = intake;
    const byId = new Map<string, number>();
    for (let trace = 0; trace < open.size && byId.size < REVISIONS_A_ROUND; trace++)
      if (open.hasRoot[trace] === 0 && isDue(trace)) byId.set(traceIdText(open.ids, trace), trace);
    if (byId.size === 0) return;
    const known = new Set<number>();
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
    if (known.size > 0) this.#remove(known);
  }
}
