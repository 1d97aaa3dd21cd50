// Traces that got spans after they were closed. Each gets a new revision of its row when it has been quiet for a moment.

import { REVISE_AFTER_MS, REVISIONS_A_ROUND, REVISIONS_WAITING_MAX } from './limits.ts';

export class LateTraces {
  readonly #waiting = new Map<string, number>();
  /** Late spans so far. */
  spans: number;
  /** Traces that get no new revision because too many were waiting. */
  notRevised = 0;

  constructor(spans: number) {
    this.spans = spans;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  note(traceId: string, nowMs: number, spans = 1): void {
    this.spans += spans;
    if (!this.#waiting.has(traceId) && this.#waiting.size >= REVISIONS_WAITING_MAX) {
      this.notRevised++;
      return;
    }
    this.#waiting.set(traceId, nowMs);
  }

  due(nowMs: number): string[] {
    const due: string[] = [];
    for (const [traceId, lastMs] of this.#waiting) {
      if (due.length === REVISIONS_A_ROUND) break;
      if (nowMs - lastMs >= REVISE_AFTER_MS) due.push(traceId);
    }
    return due;
  }

  done(traceIds: readonly string[]): void {
    for (const traceId of traceIds) this.#waiting.delete(traceId);
  }
}
