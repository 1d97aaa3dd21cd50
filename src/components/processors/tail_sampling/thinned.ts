// Spans of traces that were kept by chance say so: their threshold (`th` in the trace state's `ot` member) becomes that of
// the chance they had before, times the chance of this sampler, so that the counts of what is kept stay right.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import { NONE } from '../../../otlp/index/group-table.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { type Bits56, randomOfTraceId, ZERO } from '../../../otlp/sampling/bits56.ts';
import { keptWithChance } from '../../../otlp/sampling/independent.ts';
import {
  NO_TRACE_STATE,
  parseTraceState,
  type TraceState,
  traceStateText,
} from '../../../otlp/sampling/trace-state.ts';

const decoder = new TextDecoder();

/** The trace state of a span that was kept with this chance. @param random of its trace id. */
function thinnedState(text: string, random: Bits56, chance: number): string {
  const state = parseTraceState(text) ?? withoutOt(text);
  return traceStateText({ ...state, ...keptWithChance(chance, state, random) });
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
