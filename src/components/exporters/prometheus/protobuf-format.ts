// io.prometheus.client.MetricFamily messages, each with its length before it; the one format with native histograms.
// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto

import { coarser, type ExponentialBuckets } from '../../../base/exponential-histogram.ts';
import { escapeName, type Escaping } from '../../../base/prometheus/escape.ts';
import type { Label } from '../../../base/prometheus/label-name.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import type {
  ExemplarValue,
  ExponentialValue,
  FamilyRows,
  FamilyType,
  HistogramValue,
  Row,
  SummaryValue,
} from './exposition.ts';

const FAMILY = { name: 1, help: 2, type: 3, metric: 4 } as const;
const METRIC = {
  label: 1,
  gauge: 2,
  counter: 3,
  summary: 4,
  untyped: 5,
  timestampMs: 6,
  histogram: 7,
} as const;
const LABEL = { name: 1, value: 2 } as const;
const COUNTER = { value: 1, exemplar: 2, created: 3 } as const;
const SUMMARY = { count: 1, sum: 2, quantile: 3, created: 4 } as const;
const QUANTILE = { quantile: 1, value: 2 } as const;
const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  negativeSpan: 9,
  negativeDelta: 10,
  positiveSpan: 12,
  positiveDelta: 13,
  created: 15,
  exemplars: 16,
} as const;
const BUCKET = { cumulativeCount: 1, upperBound: 2, exemplar: 3 } as const;
const SPAN = { offset: 1, length: 2 } as const;
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;
const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

const TYPE: Readonly<Record<FamilyType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  untyped: 3,
  histogram: 4,
};

/** Finest resolution of native histograms. */
const MAX_SCHEMA = 8;
/** Empty buckets up to this many are written out; more begin another span. */
const MAX_GAP = 2;
const MS_PER_SECOND = 1000;
const NANOS_PER_MS = 1_000_000;

export function protobufFormat(families: readonly FamilyRows[], escaping: Escaping): Uint8Array {
  const out = new ProtobufWriter();
  const message = new ProtobufWriter();
  for (const family of families) {
    if (family.rows.length === 0) continue;
    message.reset();
    new FamilyMessage(message, escaping).write(family);
    out.varint64(BigInt(message.length));
    out.raw(message.view());
  }
  return out.finish();
}

class FamilyMessage {
  readonly #out: ProtobufWriter;
  readonly #escaping: Escaping;

  constructor(out: ProtobufWriter, escaping: Escaping) {
    this.#out = out;
    this.#escaping = escaping;
  }

  write(family: FamilyRows): void {
    this.#out.string(FAMILY.name, escapeName(family.name, this.#escaping));
    this.#out.string(FAMILY.help, family.help);
    this.#out.uint(FAMILY.type, TYPE[family.type]);
    for (const row of family.rows) {
      this.#within(FAMILY.metric, () => this.#row(row, family.type));
    }
  }

  #row(row: Row, type: FamilyType): void {
    const { value, startMs } = row;
    this.#labels(METRIC.label, row.labels);
    switch (value.kind) {
      case 'number':
        this.#within(
          type === 'counter' ? METRIC.counter : type === 'gauge' ? METRIC.gauge : METRIC.untyped,
          () => {
            this.#out.double(COUNTER.value, value.value);
            if (type !== 'counter') return;
            this.#exemplar(COUNTER.exemplar, value.exemplar);
            this.#time(COUNTER.created, startMs);
          },
        );
        break;
      case 'histogram':
        this.#within(METRIC.histogram, () => this.#histogram(value, startMs));
        break;
      case 'exponential':
        this.#within(METRIC.histogram, () => this.#native(value, startMs));
        break;
      case 'summary':
        this.#within(METRIC.summary, () => this.#summary(value, startMs));
    }
    if (row.timeMs !== undefined) this.#out.int64(METRIC.timestampMs, BigInt(row.timeMs));
  }

  #histogram(value: HistogramValue, startMs: number | undefined): void {
    this.#out.uint(HISTOGRAM.count, value.count);
    this.#out.double(HISTOGRAM.sum, value.sum);
    let count = 0;
    for (const [at, bound] of [...value.bounds, Infinity].entries()) {
      count += value.counts[at] ?? 0;
      const below = value.bounds[at - 1] ?? -Infinity;
      const exemplar = value.exemplars.findLast((one) => one.value > below && one.value <= bound);
      this.#within(HISTOGRAM.bucket, () => {
        this.#out.uint(BUCKET.cumulativeCount, bound === Infinity ? value.count : count);
        this.#out.double(BUCKET.upperBound, bound);
        this.#exemplar(BUCKET.exemplar, exemplar);
      });
    }
    this.#time(HISTOGRAM.created, startMs);
  }

  #native(value: ExponentialValue, startMs: number | undefined): void {
    const schema = Math.min(value.scale, MAX_SCHEMA);
    const steps = value.scale - schema;
    this.#out.uint(HISTOGRAM.count, value.count);
    this.#out.double(HISTOGRAM.sum, value.sum);
    this.#out.sint32(HISTOGRAM.schema, schema);
    this.#out.double(HISTOGRAM.zeroThreshold, value.zeroThreshold);
    this.#out.uint(HISTOGRAM.zeroCount, value.zeroCount);
    this.#spans(HISTOGRAM.negativeSpan, HISTOGRAM.negativeDelta, coarser(value.negative, steps));
    this.#spans(HISTOGRAM.positiveSpan, HISTOGRAM.positiveDelta, coarser(value.positive, steps));
    this.#time(HISTOGRAM.created, startMs);
    for (const exemplar of value.exemplars) this.#exemplar(HISTOGRAM.exemplars, exemplar);
  }

  #spans(spanField: number, deltaField: number, buckets: ExponentialBuckets): void {
    const { spans, deltas } = nativeBuckets(buckets);
    for (const { offset, length } of spans) {
      this.#within(spanField, () => {
        this.#out.sint32(SPAN.offset, offset);
        this.#out.uint(SPAN.length, length);
      });
    }
    if (deltas.length === 0) return;
    this.#within(deltaField, () => {
      for (const delta of deltas) this.#out.varint64(zigzag(delta));
    });
  }

  #summary(value: SummaryValue, startMs: number | undefined): void {
    this.#out.uint(SUMMARY.count, value.count);
    this.#out.double(SUMMARY.sum, value.sum);
    for (const one of value.quantiles) {
      this.#within(SUMMARY.quantile, () => {
        this.#out.double(QUANTILE.quantile, one.quantile);
        this.#out.double(QUANTILE.value, one.value);
      });
    }
    this.#time(SUMMARY.created, startMs);
  }

  #exemplar(field: number, exemplar: ExemplarValue | undefined): void {
    if (exemplar === undefined) return;
    this.#within(field, () => {
      this.#labels(EXEMPLAR.label, exemplar.labels);
      this.#out.double(EXEMPLAR.value, exemplar.value);
      this.#time(EXEMPLAR.timestamp, exemplar.timeMs > 0 ? exemplar.timeMs : undefined);
    });
  }

  #labels(field: number, labels: readonly Label[]): void {
    for (const [name, value] of labels) {
      this.#within(field, () => {
        this.#out.string(LABEL.name, escapeName(name, this.#escaping));
        this.#out.string(LABEL.value, value);
      });
    }
  }

  #time(field: number, ms: number | undefined): void {
    if (ms === undefined) return;
    this.#within(field, () => {
      this.#out.int64(TIMESTAMP.seconds, BigInt(Math.floor(ms / MS_PER_SECOND)));
      this.#out.uint(TIMESTAMP.nanos, (ms % MS_PER_SECOND) * NANOS_PER_MS);
    });
  }

  #within(field: number, write: () => void): void {
    const mark = this.#out.open(field);
    write();
    this.#out.close(mark);
  }
}

interface NativeBuckets {
  readonly spans: ReadonlyArray<{ readonly offset: number; readonly length: number }>;
  /** Of one count to the next. */
  readonly deltas: readonly number[];
}

/** OTLP's bucket i is Prometheus' i + 1: one is named by its lower, the other by its upper bound. */
export function nativeBuckets({ offset, counts }: ExponentialBuckets): NativeBuckets {
  const spans: Array<{ offset: number; length: number }> = [];
  const deltas: number[] = [];
  let last = 0;
  let end = 0;
  const push = (count: number, span: { length: number }): void => {
    deltas.push(count - last);
    last = count;
    span.length += 1;
    end += 1;
  };
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue;
    const index = offset + at + 1;
    let span = spans.at(-1);
    const gap = index - end;
    if (span === undefined || gap > MAX_GAP) {
      span = { offset: gap, length: 0 };
      spans.push(span);
      end = index;
    }
    while (end < index) push(0, span);
    push(count, span);
  }
  return { spans, deltas };
}

const zigzag = (value: number): bigint =>
  value < 0 ? BigInt(-value) * 2n - 1n : BigInt(value) * 2n;
