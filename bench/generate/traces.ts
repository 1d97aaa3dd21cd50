// ExportTraceServiceRequests as a Collector in front of a shop sends them: 512 spans a request by default, whole traces
// of seven spans, grouped by instance and instrumentation. About 600 B and 15 attributes a span, an event on one in
// twenty, an exception with its stack on one in fifty.

import { Random } from './random.ts';
import { type PlannedSpan, RequestWriter } from './request-writer.ts';
import { planTrace, SPANS_PER_TRACE } from './shop.ts';

export interface TraceSettings {
  readonly seed: number;
  readonly spansPerRequest: number;
  /** Start of the first trace, ns since the epoch. */
  readonly startUnixNano: bigint;
  /** Between the starts of two traces, ns. */
  readonly stepNano: bigint;
}

const DEFAULT_TRACES: TraceSettings = {
  seed: 1,
  spansPerRequest: 512,
  startUnixNano: 1_790_000_000_000_000_000n,
  stepNano: 70_000n,
};

const ERROR_SHARE = 0.02;
const MEDIAN_TRACE_NS = 40_000_000;

export class TraceGenerator {
  readonly #random: Random;
  readonly #settings: TraceSettings;
  readonly #writer: RequestWriter;
  #time: bigint;

  constructor(settings: Partial<TraceSettings> = {}) {
    this.#settings = { ...DEFAULT_TRACES, ...settings };
    this.#random = new Random(this.#settings.seed);
    this.#writer = new RequestWriter(this.#random);
    this.#time = this.#settings.startUnixNano;
  }

  /** The next request; it holds exactly `spansPerRequest` spans, of which the last trace may lack some. */
  next(): Uint8Array {
    const spans: PlannedSpan[] = [];
    for (let left = this.#settings.spansPerRequest; left > 0; left -= SPANS_PER_TRACE)
      spans.push(...this.#trace().slice(0, left));
    return this.#writer.write(spans);
  }

  #trace(): PlannedSpan[] {
    const random = this.#random;
    const failed = random.chance(ERROR_SHARE);
    const traceId = random.id(16);
    this.#time += this.#settings.stepNano;
    const spans: PlannedSpan[] = [];
    for (const plan of planTrace(random, failed)) {
      const parent = spans[plan.parent];
      const length = parent === undefined ? 0 : Number(parent.end - parent.start);
      const start =
        parent === undefined ? this.#time : parent.start + BigInt(Math.round(length * plan.begin));
      const duration =
        parent === undefined
          ? random.logNormal(MEDIAN_TRACE_NS, 0.8)
          : length * plan.share * (0.8 + 0.2 * random.fraction());
      spans.push({
        plan,
        traceId,
        spanId: random.id(8),
        parentId: parent?.spanId,
        start,
        end: start + BigInt(Math.round(duration)),
        failed: failed && plan.parent < 2 && plan.kind === 2,
      });
    }
    return spans;
  }
}
