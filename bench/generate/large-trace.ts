// One trace of many spans, as a nightly import makes it: a request that goes through chunks one after another, each
// worked through by four workers at once, each worker making one request of the shop after another.

import { Random } from './random.ts';
import { type PlannedSpan, RequestWriter } from './request-writer.ts';
import { planTrace, type SpanPlan } from './shop.ts';

const CHUNKS = 20;
const WORKERS = 4;
const SPANS_PER_REQUEST = 512;
const MEDIAN_REQUEST_NS = 40_000_000;
const ERROR_SHARE = 0.002;
const INTERNAL = 1;
const SERVER = 2;

type Plan = PlannedSpan['plan'];

const plan = (kind: number, name: string, attributes: SpanPlan['attributes']): Plan => ({
  service: 'gateway',
  kind,
  name,
  scope: '@opentelemetry/instrumentation-http',
  attributes,
});

export interface LargeTrace {
  /** 16 bytes. */
  readonly traceId: Uint8Array;
  readonly spans: number;
  readonly requests: readonly Uint8Array[];
}

/** A trace of exactly `spans` spans that begins at `startUnixNano`. */
export function makeLargeTrace(spans: number, startUnixNano: bigint): LargeTrace {
  const random = new Random(11);
  const traceId = random.id(16);
  const all = new ImportPlan(random, traceId, startUnixNano, spans).spans();
  const writer = new RequestWriter(random);
  const requests: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += SPANS_PER_REQUEST)
    requests.push(Uint8Array.from(writer.write(all.slice(at, at + SPANS_PER_REQUEST))));
  return { traceId, spans: all.length, requests };
}

class ImportPlan {
  readonly #random: Random;
  readonly #traceId: Uint8Array;
  readonly #start: bigint;
  readonly #count: number;
  #left: number;

  constructor(random: Random, traceId: Uint8Array, start: bigint, count: number) {
    this.#random = random;
    this.#traceId = traceId;
    this.#start = start;
    this.#count = count;
    this.#left = count - 1 - CHUNKS - CHUNKS * WORKERS;
  }

  spans(): readonly PlannedSpan[] {
    const rootId = this.#random.id(8);
    const below: PlannedSpan[] = [];
    const each = Math.ceil(this.#left / (CHUNKS * WORKERS));
    let at = this.#start + 2_000_000n;
    for (let chunk = 0; chunk < CHUNKS; chunk++) {
      const chunkId = this.#random.id(8);
      let end = at;
      for (let worker = 0; worker < WORKERS; worker++) {
        const workerId = this.#random.id(8);
        const done = this.#work(below, workerId, at + 1_000_000n, Math.min(each, this.#left));
        below.push(
          this.#span(
            plan(INTERNAL, 'import worker', () => []),
            workerId,
            chunkId,
            at,
            done,
          ),
        );
        if (done > end) end = done;
      }
      const attributes: SpanPlan['attributes'] = () => [['import.chunk', BigInt(chunk)]];
      below.push(
        this.#span(plan(INTERNAL, 'import chunk', attributes), chunkId, rootId, at, end + 500_000n),
      );
      at = end + 700_000n;
    }
    const root = plan(SERVER, 'POST /imports', () => [
      ['http.request.method', 'POST'],
      ['http.route', '/imports'],
      ['http.response.status_code', 200n],
    ]);
    const spans = [this.#span(root, rootId, undefined, this.#start, at + 1_000_000n), ...below];
    if (spans.length !== this.#count) throw new Error(`planned ${spans.length} spans`);
    return spans;
  }

  /** `count` spans of requests one after another; returns the end of the last. */
  #work(into: PlannedSpan[], parentId: Uint8Array, start: bigint, count: number): bigint {
    this.#left -= count;
    let at = start;
    for (let left = count; left > 0;) {
      const request = this.#request(parentId, at).slice(0, left);
      into.push(...request);
      left -= request.length;
      at = (request[0]?.end ?? at) + 50_000n;
    }
    return at;
  }

  #request(parentId: Uint8Array, start: bigint): PlannedSpan[] {
    const random = this.#random;
    const failed = random.chance(ERROR_SHARE);
    const spans: PlannedSpan[] = [];
    for (const one of planTrace(random, failed)) {
      const parent = spans[one.parent];
      const length = parent === undefined ? 0 : Number(parent.end - parent.start);
      const begin =
        parent === undefined ? start : parent.start + BigInt(Math.round(length * one.begin));
      const nanos =
        parent === undefined
          ? random.logNormal(MEDIAN_REQUEST_NS, 0.8)
          : length * one.share * (0.8 + 0.2 * random.fraction());
      const end = begin + BigInt(Math.round(nanos));
      const made = this.#span(one, random.id(8), parent?.spanId ?? parentId, begin, end);
      spans.push({ ...made, failed: failed && one.kind === SERVER });
    }
    return spans;
  }

  #span(
    planned: Plan,
    spanId: Uint8Array,
    parentId: Uint8Array | undefined,
    start: bigint,
    end: bigint,
  ): PlannedSpan {
    return { plan: planned, traceId: this.#traceId, spanId, parentId, start, end, failed: false };
  }
}
