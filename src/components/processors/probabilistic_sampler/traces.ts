// Sampling spans: each by itself, and the same within a trace.

import type { TraceBatch } from '../../../otlp/batch.ts';
import { AttributeEditor } from '../../../otlp/edit/attribute-editor.ts';
import { SPAN } from '../../../otlp/fields.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import { TRACE_ID_BYTES } from '../../../otlp/index/ids.ts';
import { bytesTag } from '../../../otlp/index/scan.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { withTraceStates } from '../../../otlp/ranges/trace-states.ts';
import { type Bits56, randomOfTraceId } from '../../../otlp/sampling/bits56.ts';
import { KEEP_ALL, KEEP_NONE } from '../../../otlp/sampling/threshold.ts';
import {
  NO_TRACE_STATE,
  parseTraceState,
  type TraceState,
  traceStateText,
} from '../../../otlp/sampling/trace-state.ts';
import { readValue } from '../../../otlp/edit/read-value.ts';
import { fnv1a, randomnessOfHash } from './hash.ts';
import type { Decision, Prior, Sampler } from './sampler.ts';

const ATTRIBUTES = bytesTag(SPAN.attributes);
const PRIORITY = Buffer.from('sampling.priority');
/** Trace states repeat from span to span; this many are remembered. */
const MAX_STATES = 1000;

export class SpanSampler {
  readonly #sampler: Sampler;
  readonly #seed: number;
  readonly #editor = new AttributeEditor();
  readonly #states = new Map<string, TraceState | undefined>();

  constructor(sampler: Sampler, seed: number) {
    this.#sampler = sampler;
    this.#seed = seed;
  }

  /** @returns what is kept, with its thresholds; `count` is told of every decision and for how many spans it is. */
  sample(batch: TraceBatch, count: (decision: Decision, spans: number) => void): TraceBatch {
    const { bytes } = batch;
    const index = batch.index();
    const keep = new Uint8Array(index.count);
    const writes: Array<string | undefined> = [];
    const hasPriorities = asBuffer(bytes).includes(PRIORITY);
    let from = 0;
    while (from < index.count) {
      const state = this.#stateOf(bytes, index, from);
      const forced = hasPriorities ? this.#priority(bytes, index, from) : undefined;
      const decision = this.#decide(bytes, index.traceId[from] ?? 0, state, forced);
      // Spans of a trace often follow each other: what is the same for all of them is decided once.
      let to = from + 1;
      while (!hasPriorities && to < index.count && isSame(index, from, to, state)) to++;
      count(decision, to - from);
      if (decision.kept) {
        keep.fill(1, from, to);
        const text = written(state, decision.write);
        for (let span = from; span < to; span++) writes[span] = text;
      }
      from = to;
    }
    return withTraceStates(batch, keep, (span) => writes[span]);
  }

  #decide(
    bytes: Uint8Array,
    idAt: number,
    prior: TraceState | undefined,
    forced: Bits56 | undefined,
  ): Decision {
    const traceRandomness = randomOfTraceId(bytes, idAt);
    return this.#sampler.decide({
      prior,
      traceRandomness,
      hashed: this.#hashed(bytes, idAt),
      forced,
    });
  }

  #hashed(bytes: Uint8Array, idAt: number): { randomness: Bits56; policy: string } | undefined {
    if (this.#sampler.mode !== 'hash_seed') return undefined;
    const hash = fnv1a(this.#seed, bytes, idAt, idAt + TRACE_ID_BYTES);
    return { randomness: randomnessOfHash(hash), policy: 'trace_id_hash' };
  }

  #stateOf(bytes: Uint8Array, index: TraceIndex, span: number): TraceState | undefined {
    const start = index.stateStart[span] ?? NONE;
    if (start === NONE) return NO_TRACE_STATE;
    const text = latin1(bytes, start, index.stateEnd[span] ?? start);
    if (this.#states.has(text)) return this.#states.get(text);
    const state = parseTraceState(text);
    if (this.#states.size >= MAX_STATES) this.#states.clear();
    this.#states.set(text, state);
    return state;
  }

  /** `sampling.priority`, as OpenTracing had it: 0 drops the span, more keeps it, whatever the type. */
  #priority(bytes: Uint8Array, index: TraceIndex, span: number): Bits56 | undefined {
    const editor = this.#editor;
    editor.load(bytes, index.start[span] ?? 0, index.end[span] ?? 0, ATTRIBUTES);
    const found = editor.find(PRIORITY);
    if (found === NONE) return undefined;
    const { stringValue, intValue, doubleValue } = readValue(editor.value(found));
    const text = stringValue === undefined || stringValue.trim() === '' ? undefined : stringValue;
    const priority = Number(intValue ?? doubleValue ?? text ?? Number.NaN);
    if (priority === 0) return KEEP_NONE;
    return priority > 0 ? KEEP_ALL : undefined;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Of one trace, and both without a trace state. */
function isSame(index: TraceIndex, a: number, b: number, state: TraceState | undefined): boolean {
  const { traceWords: words, stateStart } = index;
  return (
    state === NO_TRACE_STATE &&
    stateStart[b] === NONE &&
    words[a * 4] === words[b * 4] &&
    words[a * 4 + 1] === words[b * 4 + 1] &&
    words[a * 4 + 2] === words[b * 4 + 2] &&
    words[a * 4 + 3] === words[b * 4 + 3]
  );
}

const written = (state: TraceState | undefined, write: Prior | undefined): string | undefined =>
  state === undefined || write === undefined ? undefined : traceStateText({ ...state, ...write });

/** Trace states are ASCII; what is not is no trace state whatever its letters. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
