// Spans of traces that were kept by chance say so: their threshold (`th` in the trace state's `ot` member) becomes that of
// the chance they had before, times the chance of this sampler, so that the counts of what is kept stay right.
//
// The sampler's own randomness is not the trace's. So that a sampler behind this one may still compare threshold and
// randomness, the randomness is moved in the same way and written down (`rv`): x ↦ 1 − (1 − x) · chance keeps the order,
// so what was above its threshold stays so, and what is left is again evenly spread above the new one.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import { NONE } from '../../../otlp/index/group-table.ts';
import {
  ALL,
  type Bits56,
  fromBigInt,
  isLess,
  randomOfTraceId,
  toBigInt,
  ZERO,
} from '../../../otlp/sampling/bits56.ts';
import {
  NO_TRACE_STATE,
  parseTraceState,
  type TraceState,
  traceStateText,
} from '../../../otlp/sampling/trace-state.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';

const BITS = 56n;
const ALL_BIG = 1n << BITS;
const decoder = new TextDecoder();

/** 1 − (1 − x) · chance, never all of it: nothing that was kept had no chance at all. */
function moved(x: Bits56, chance: number): Bits56 {
  const left = ((ALL_BIG - toBigInt(x)) * BigInt(Math.round(chance * ALL))) >> BITS;
  return fromBigInt(ALL_BIG - (left === 0n ? 1n : left));
}

/** The trace state of a span that was kept with this chance. @param random of its trace id. */
export function thinnedState(text: string, random: Bits56, chance: number): string {
  const state = parseTraceState(text) ?? withoutOt(text);
  const randomness = state.randomness ?? random;
  const threshold = state.threshold ?? ZERO;
  return traceStateText({
    ...state,
    threshold: moved(threshold, chance),
    // One that was below its threshold already says nothing; it is left out of the comparison by standing at it.
    randomness: moved(isLess(randomness, threshold) ? threshold : randomness, chance),
  });
}

/** What a sender wrote that is no trace state is kept beside ours, but for an `ot` that nobody can read. */
const withoutOt = (text: string): TraceState => ({
  ...NO_TRACE_STATE,
  otherMembers: text.split(',').filter((member) => member !== '' && !/^[ \t]*ot=/.test(member)),
});

/** Trace states of one trace after another; spans with equal ones share the work. */
export class Thinner {
  #chance = 1;
  #random: Bits56 = ZERO;
  readonly #made = new Map<string, string>();

  /** @param at of its 16 id bytes. */
  begin(bytes: Uint8Array, at: number, chance: number): void {
    this.#chance = chance;
    this.#random = randomOfTraceId(bytes, at);
    this.#made.clear();
  }

  stateOf(bytes: Uint8Array, index: TraceIndex, span: number): string {
    const start = index.stateStart[span] ?? NONE;
    const text =
      start === NONE ? '' : decoder.decode(bytes.subarray(start, index.stateEnd[span] ?? start));
    let made = this.#made.get(text);
    if (made === undefined) {
      made = thinnedState(text, this.#random, this.#chance);
      this.#made.set(text, made);
    }
    return made;
  }
}
