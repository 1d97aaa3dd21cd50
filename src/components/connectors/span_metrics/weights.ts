// How many spans a span stands for: the adjusted count of its trace state (ot=th).

import { NONE } from '../../../otlp/index/group-table.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { adjustedCount } from '../../../otlp/sampling/trace-state.ts';

/** Trace states are few where samplers write them; others are forgotten now and then. */
const MAX_REMEMBERED_STATES = 1000;

export class Weights {
  readonly #remembered = new Map<string, number>();

  /** 1 where the span does not say. */
  of(bytes: Uint8Array, index: TraceIndex, span: number): number {
    const start = index.stateStart[span] ?? NONE;
    const end = index.stateEnd[span] ?? NONE;
    if (start === NONE || start === end) return 1;
    const state = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString(
      'latin1',
    );
    let weight = this.#remembered.get(state);
    if (weight === undefined) {
      weight = adjustedCount(state) ?? 1;
      if (this.#remembered.size >= MAX_REMEMBERED_STATES) this.#remembered.clear();
      this.#remembered.set(state, weight);
    }
    return weight;
  }
}
