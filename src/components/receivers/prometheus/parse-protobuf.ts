// io.prometheus.client.MetricFamily messages, each with its length before it.
// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto

import { err, ok, type Result } from '../../../base/result.ts';
import { ProtobufCursor, readDouble, WireType } from '../../../otlp/wire/protobuf-cursor.ts';
import { readVarint, varint } from '../../../otlp/wire/varint.ts';
import type {
  NativeBuckets,
  NativeHistogram,
  ParseFault,
  SampleType,
  ShownExemplar,
  ShownFamily,
  ShownSample,
} from './exposition.ts';
import { goNumber } from '../../../base/prometheus/number-text.ts';

const TYPES: readonly SampleType[] = [
  'counter',
  'gauge',
  'summary',
  'unknown',
  'histogram',
  'gaugehistogram',
];
const MS_PER_SECOND = 1000;
const NANOS_PER_MS = 1_000_000;

export function parseProtobuf(bytes: Uint8Array): Result<ShownFamily[], ParseFault> {
  const families: ShownFamily[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = readVarint(bytes, at, bytes.length);
    const from = varint.end;
    if (length < 0 || from + length > bytes.length) {
      return err({ message: `byte ${at}: a metric family is cut off` });
    }
    const cursor = new ProtobufCursor(bytes, from, from + length);
    families.push(readFamily(cursor, bytes));
    if (cursor.fault !== undefined) return err({ message: `byte ${at}: ${cursor.fault}` });
    at = from + length;
  }
  return ok(families);
}

function readFamily(cursor: ProtobufCursor, bytes: Uint8Array): ShownFamily {
  const family = { name: '', help: '', unit: '', type: 'unknown' as SampleType };
  const metrics: Array<[from: number, to: number]> = [];
  while (cursor.next()) {
    if (cursor.field === 1) family.name = cursor.string();
    else if (cursor.field === 2) family.help = cursor.string();
    else if (cursor.field === 3) family.type = TYPES[cursor.uint()] ?? 'unknown';
    else if (cursor.field === 4) metrics.push([cursor.start, cursor.end]);
    else if (cursor.field === 5) family.unit = cursor.string();
  }
  const samples = metrics.flatMap(([from, to]) =>
    readMetric(new ProtobufCursor(bytes, from, to), family.name),
  );
  return { ...family, samples };
}

type Base = Pick<ShownSample, 'labels' | 'timeMs' | 'exemplars'>;

function readMetric(cursor: ProtobufCursor, name: string): ShownSample[] {
  const labels: Array<readonly [string, string]> = [];
  let timeMs: number | undefined;
  const values: Array<{ field: number; cursor: ProtobufCursor }> = [];
  while (cursor.next()) {
    if (cursor.field === 1) labels.push(readLabel(cursor.enter()));
    else if (cursor.field === 6) timeMs = Number(cursor.int64());
    else values.push({ field: cursor.field, cursor: cursor.enter() });
  }
  const base: Base = { labels, timeMs, exemplars: [] };
  return values.flatMap((value) => {
    if (value.field === 4) return readSummary(value.cursor, name, base);
    if (value.field === 7) return readHistogram(value.cursor, name, base);
    return [readNumber(value.cursor, name, base)];
  });
}

function readLabel(cursor: ProtobufCursor): [string, string] {
  const label: [string, string] = ['', ''];
  while (cursor.next()) {
    if (cursor.field === 1) label[0] = cursor.string();
    else if (cursor.field === 2) label[1] = cursor.string();
  }
  return label;
}

function readNumber(cursor: ProtobufCursor, name: string, base: Base): ShownSample {
  let value = 0;
  let startMs: number | undefined;
  const exemplars: ShownExemplar[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) value = cursor.double();
    else if (cursor.field === 2) exemplars.push(readExemplar(cursor.enter()));
    else if (cursor.field === 3) startMs = readTime(cursor.enter());
  }
  return { ...base, name, value, startMs, exemplars };
}

function readExemplar(cursor: ProtobufCursor): ShownExemplar {
  const labels: Array<[string, string]> = [];
  let value = 0;
  let timeMs: number | undefined;
  while (cursor.next()) {
    if (cursor.field === 1) labels.push(readLabel(cursor.enter()));
    else if (cursor.field === 2) value = cursor.double();
    else if (cursor.field === 3) timeMs = readTime(cursor.enter());
  }
  return { labels, value, timeMs };
}

function readTime(cursor: ProtobufCursor): number {
  let ms = 0;
  while (cursor.next()) {
    if (cursor.field === 1) ms += Number(cursor.int64()) * MS_PER_SECOND;
    else if (cursor.field === 2) ms += cursor.uint() / NANOS_PER_MS;
  }
  return ms;
}

function readSummary(cursor: ProtobufCursor, name: string, base: Base): ShownSample[] {
  let count = 0;
  let sum = 0;
  let startMs: number | undefined;
  const quantiles: ShownSample[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) count = cursor.uint();
    else if (cursor.field === 2) sum = cursor.double();
    else if (cursor.field === 3) quantiles.push(readQuantile(cursor.enter(), name, base));
    else if (cursor.field === 4) startMs = readTime(cursor.enter());
  }
  return [
    ...quantiles,
    { ...base, name: `${name}_sum`, value: sum, startMs },
    { ...base, name: `${name}_count`, value: count, startMs },
  ];
}

function readQuantile(cursor: ProtobufCursor, name: string, base: Base): ShownSample {
  let quantile = 0;
  let value = 0;
  while (cursor.next()) {
    if (cursor.field === 1) quantile = cursor.double();
    else if (cursor.field === 2) value = cursor.double();
  }
  return { ...base, name, labels: [...base.labels, ['quantile', goNumber(quantile)]], value };
}

function readHistogram(cursor: ProtobufCursor, name: string, base: Base): ShownSample[] {
  const histogram = new HistogramReader(name, base);
  while (cursor.next()) histogram.field(cursor);
  return histogram.samples();
}

class HistogramReader {
  readonly #name: string;
  readonly #base: Base;
  readonly #buckets: ShownSample[] = [];
  #count = 0;
  #sum = 0;
  #startMs: number | undefined;
  #schema: number | undefined;
  #zeroThreshold = 0;
  #zeroCount = 0;
  readonly #exemplars: ShownExemplar[] = [];
  readonly #spans = { negative: [] as Span[], positive: [] as Span[] };
  readonly #deltas = { negative: [] as number[], positive: [] as number[] };
  readonly #counts = { negative: [] as number[], positive: [] as number[] };

  constructor(name: string, base: Base) {
    this.#name = name;
    this.#base = base;
  }

  field(cursor: ProtobufCursor): void {
    switch (cursor.field) {
      case 1:
        this.#count = cursor.uint();
        break;
      case 2:
        this.#sum = cursor.double();
        break;
      case 3:
        this.#buckets.push(this.#bucket(cursor.enter()));
        break;
      case 4:
        this.#count = cursor.double();
        break;
      case 5:
        this.#schema = zigzag(cursor.uint32());
        break;
      case 6:
        this.#zeroThreshold = cursor.double();
        break;
      case 7:
        this.#zeroCount = cursor.uint();
        break;
      case 8:
        this.#zeroCount = cursor.double();
        break;
      case 15:
        this.#startMs = readTime(cursor.enter());
        break;
      case 16:
        this.#exemplars.push(readExemplar(cursor.enter()));
        break;
      default:
        this.#native(cursor);
    }
  }

  samples(): ShownSample[] {
    const base = { ...this.#base, startMs: this.#startMs };
    const classic: ShownSample[] = [
      ...this.#buckets,
      { ...base, name: `${this.#name}_sum`, value: this.#sum },
      { ...base, name: `${this.#name}_count`, value: this.#count },
    ];
    const isNative =
      this.#zeroThreshold > 0 ||
      this.#zeroCount > 0 ||
      this.#spans.positive.length > 0 ||
      this.#spans.negative.length > 0;
    const schema = this.#schema;
    // −53 has bounds of its own, which are not read.
    const isKnown = schema !== undefined && schema >= MIN_SCHEMA && schema <= MAX_SCHEMA;
    if (!isNative || !isKnown) return classic;
    const native: NativeHistogram = {
      schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      count: this.#count,
      sum: this.#sum,
      positive: this.#side('positive'),
      negative: this.#side('negative'),
    };
    const shown = {
      ...base,
      name: this.#name,
      value: this.#count,
      exemplars: this.#exemplars,
      native,
    };
    return this.#buckets.length === 0 ? [shown] : [shown, ...classic];
  }

  #bucket(cursor: ProtobufCursor): ShownSample {
    let value = 0;
    let bound = Infinity;
    const exemplars: ShownExemplar[] = [];
    while (cursor.next()) {
      if (cursor.field === 1) value = cursor.uint();
      else if (cursor.field === 4) value = cursor.double();
      else if (cursor.field === 2) bound = cursor.double();
      else if (cursor.field === 3) exemplars.push(readExemplar(cursor.enter()));
    }
    const labels = [...this.#base.labels, ['le', goNumber(bound)] as const];
    return { ...this.#base, name: `${this.#name}_bucket`, labels, value, exemplars };
  }

  #native(cursor: ProtobufCursor): void {
    const side = cursor.field < 12 ? 'negative' : 'positive';
    if (cursor.field === 9 || cursor.field === 12) this.#spans[side].push(readSpan(cursor.enter()));
    else if (cursor.field === 10 || cursor.field === 13)
      this.#deltas[side].push(...readDeltas(cursor));
    else if (cursor.field === 11 || cursor.field === 14)
      this.#counts[side].push(...readCounts(cursor));
  }

  #side(side: 'positive' | 'negative'): NativeBuckets {
    let last = 0;
    const plain = this.#counts[side];
    const listed = plain.length > 0 ? plain : this.#deltas[side].map((delta) => (last += delta));
    const spans = this.#spans[side];
    const first = spans[0]?.offset ?? 0;
    const counts: number[] = [];
    let at = 0;
    for (const [number, { offset, length }] of spans.entries()) {
      const gap = number === 0 ? 0 : Math.min(Math.max(offset, 0), MAX_GAP);
      for (let empty = 0; empty < gap; empty++) counts.push(0);
      for (let one = 0; one < length && at < listed.length; one++) counts.push(listed[at++] ?? 0);
    }
    return { first, counts };
  }
}

const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;
/** Empty buckets between two others, at most: what is more is nonsense. */
const MAX_GAP = 100_000;

interface Span {
  readonly offset: number;
  readonly length: number;
}

function readSpan(cursor: ProtobufCursor): Span {
  let offset = 0;
  let length = 0;
  while (cursor.next()) {
    if (cursor.field === 1) offset = zigzag(cursor.uint32());
    else if (cursor.field === 2) length = cursor.uint();
  }
  return { offset, length };
}

const zigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
const zigzag64 = (value: bigint): number => Number((value >> 1n) ^ -(value & 1n));

/** Packed or one by one. */
function readDeltas(cursor: ProtobufCursor): number[] {
  if (cursor.wireType === WireType.varint) return [zigzag64(cursor.uint64())];
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of cursor.bytes()) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte > 127) continue;
    values.push(zigzag64(BigInt.asUintN(64, value)));
    value = 0n;
    shift = 0n;
  }
  return values;
}

function readCounts(cursor: ProtobufCursor): number[] {
  if (cursor.wireType === WireType.fixed64) return [cursor.double()];
  const bytes = cursor.bytes();
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => readDouble(bytes, at * 8));
}
