// When the pass cannot keep up it looks at every second, fourth, … trace, chosen by the last byte of the id, and lets each
// stand for that many. Open traces that fall out of a step are let go; the others take over their weight.
//
// A step back lets traces in that had spans before it, and would be seen without them. So for a while after it, traces that
// the step before left out are ignored, id by id; what is new after that is whole.

import { SAMPLING_MAX } from './limits.ts';
import type { OpenTraces } from './open-traces.ts';
import { TraceIdSet } from './trace-ids.ts';

/** Longer than most traces are open. */
const IGNORE_NEW_MS = 10_000;
/** And for so long the ids ignored then are remembered. */
const IGNORE_KNOWN_MS = 60_000;

interface StepBack {
  readonly factor: number;
  readonly sinceMs: number;
  readonly ignored: TraceIdSet;
}

export class Sampling {
  #factor: number;
  #stepBack: StepBack | undefined;

  constructor(factor = 1) {
    this.#factor = factor;
  }

  /** What is read: one trace in so many. */
  get factor(): number {
    return this.#factor;
  }

  /** Traces that a new one stands for; 0: it is left out. */
  factorOf(a: number, b: number, c: number, d: number, nowMs: number): number {
    if (!isKept(d, this.#factor)) return 0;
    const back = this.#stepBack;
    if (back === undefined) return this.#factor;
    const elapsed = nowMs - back.sinceMs;
    if (elapsed >= IGNORE_KNOWN_MS) this.#stepBack = undefined;
    const wasKept = isKept(d, back.factor);
    if (elapsed < IGNORE_NEW_MS) {
      if (wasKept) return back.factor;
      back.ignored.add(a, b, c, d);
      return 0;
    }
    return !wasKept && back.ignored.has(a, b, c, d) ? 0 : this.#factor;
  }

  /** One step more; returns how many open traces were let go. */
  tighten(open: OpenTraces): number {
    if (this.#factor >= SAMPLING_MAX) return 0;
    this.#factor *= 2;
    this.#stepBack = undefined;
    const factor = this.#factor;
    const before = open.size;
    for (let trace = 0; trace < open.limit; trace++) {
      if (!open.isOpen(trace)) continue;
      if (isKept(open.ids[trace * 4 + 3] ?? 0, factor)) open.factors[trace] = factor;
      else open.remove(trace);
    }
    return before - open.size;
  }

  /** One step back. */
  loosen(nowMs: number): void {
    if (this.#factor === 1) return;
    this.#stepBack = { factor: this.#factor, sinceMs: nowMs, ignored: new TraceIdSet() };
    this.#factor /= 2;
  }
}

/** `lastWord` is read little-endian: its highest byte is the id's last. */
const isKept = (lastWord: number, factor: number): boolean =>
  ((lastWord >>> 24) & (factor - 1)) === 0;
