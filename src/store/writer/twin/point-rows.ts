// One reader a kind of metric point: from its message to a row of its table.

import {
  EXPONENTIAL_BUCKETS,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  NUMBER_POINT,
  QUANTILE_VALUE,
  SUMMARY_POINT,
} from '../../../otlp/fields.ts';
import { bytesTag, fixed64Tag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import {
  metricExponentialHistograms,
  metricHistograms,
  metricSamples,
  metricSummaries,
} from '../../schema/metrics.ts';
import type { ItemContext } from '../items.ts';
import type { ByteBuffer } from '../native/byte-buffer.ts';
import { TableColumns } from '../native/columns.ts';
import {
  checkFraming,
  damaged,
  fixed64,
  float64,
  tagOf,
  varint32,
  varint64,
  zigzag32,
} from '../wire.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The fields that all kinds have, and what a kind adds in `kind`. */
export interface Point {
  readonly time: bigint;
  readonly start: bigint;
  readonly flags: number;
  /** 0 no value, 1 double, 2 int. */
  readonly numberType: number;
  readonly attributes: readonly Range[];
  readonly exemplars: readonly Range[];
}

interface MutablePoint extends Point {
  time: bigint;
  start: bigint;
  flags: number;
  numberType: number;
  attributes: Range[];
  exemplars: Range[];
}

/** Has bits of the `Has` column. */
const HAS_SUM = 1;
const HAS_MIN = 2;
const HAS_MAX = 4;

interface Numbers {
  readonly attributes: number;
  readonly startTimeUnixNano: number;
  readonly timeUnixNano: number;
  readonly flags: number;
  readonly exemplars?: number;
}

/** Reads points of one kind. `write` writes the point that was read last. */
export abstract class PointReader {
  readonly columns: TableColumns;
  readonly #tags: Readonly<Record<'attributes' | 'start' | 'time' | 'flags' | 'exemplars', number>>;

  protected constructor(columns: TableColumns, numbers: Numbers) {
    this.columns = columns;
    this.#tags = {
      attributes: bytesTag(numbers.attributes),
      start: fixed64Tag(numbers.startTimeUnixNano),
      time: fixed64Tag(numbers.timeUnixNano),
      flags: varintTag(numbers.flags),
      exemplars: numbers.exemplars === undefined ? 0 : bytesTag(numbers.exemplars),
    };
  }

  read(bytes: Uint8Array, from: number, to: number): Point {
    const point: MutablePoint = {
      time: 0n,
      start: 0n,
      flags: 0,
      numberType: 0,
      attributes: [],
      exemplars: [],
    };
    this.begin();
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === this.#tags.attributes) point.attributes.push({ from: start, to: end });
      else if (tag === this.#tags.start) point.start = fixed64(bytes, start);
      else if (tag === this.#tags.time) point.time = fixed64(bytes, start);
      else if (tag === this.#tags.flags) point.flags = varint32(bytes, start, end);
      else if (tag === this.#tags.exemplars) point.exemplars.push({ from: start, to: end });
      else point.numberType = this.field(tag, bytes, start, end) ?? point.numberType;
    }
    checkFraming(cursor);
    return point;
  }

  write(_bytes: Uint8Array, point: Point, seriesId: bigint, context: ItemContext): void {
    const { columns } = this;
    columns.fixed('Slice').data.pushUint32(context.sliceSeconds);
    columns.fixed('ReceivedAt').data.pushCount(context.receivedAtMs);
    columns.fixed('SeriesId').data.pushUint64(seriesId);
    columns.fixed('Time').data.pushUint64(point.time);
    columns.fixed('StartTime').data.pushUint64(point.start);
    columns.fixed('Flags').data.pushUint32(point.flags);
    this.values();
    columns.rows++;
  }

  protected abstract begin(): void;
  /** Takes a field of this kind alone; gives the number type where the field decides it. */
  protected abstract field(
    tag: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number | undefined;
  protected abstract values(): void;

  protected data(name: string): ByteBuffer {
    return this.columns.fixed(name).data;
  }
}

/** Doubles or 64-bit counts of a packed field (or of single ones), pushed as they come. */
function pushFixed64s(out: ByteBuffer, bytes: Uint8Array, start: number, end: number): void {
  if ((end - start) % 8 !== 0) throw damaged('packed values of 8 bytes are cut');
  out.pushRange(bytes, start, end);
}

function pushVarints(out: ByteBuffer, bytes: Uint8Array, start: number, end: number): void {
  let from = start;
  for (let at = start; at < end; at++) {
    if ((bytes[at] ?? 0) >= 0x80) continue;
    out.pushUint64(varint64(bytes, from, at + 1));
    from = at + 1;
  }
  if (from !== end) throw damaged('packed varints are cut');
}

class NumberPoints extends PointReader {
  #value = 0;
  #int = 0n;

  constructor() {
    super(new TableColumns(metricSamples), NUMBER_POINT);
  }

  protected begin(): void {
    this.#value = 0;
    this.#int = 0n;
  }

  protected field(tag: number, bytes: Uint8Array, start: number): number | undefined {
    if (tag === fixed64Tag(NUMBER_POINT.asDouble)) {
      this.#value = float64(bytes, start);
      this.#int = 0n;
      return 1;
    }
    if (tag !== fixed64Tag(NUMBER_POINT.asInt)) return undefined;
    this.#int = BigInt.asIntN(64, fixed64(bytes, start));
    this.#value = Number(this.#int);
    return 2;
  }

  protected values(): void {
    this.data('Value').pushFloat64(this.#value);
    this.data('Int').pushUint64(isExact(this.#int) ? 0n : this.#int);
  }
}

const EXACT_MAX = 1n << 53n;
/** Whether a double holds the integer without loss: then it is not stored a second time. */
const isExact = (int: bigint): boolean => int >= -EXACT_MAX && int <= EXACT_MAX;

/** Count, sum and the optional numbers that both kinds of histograms have. */
abstract class DistributionPoints extends PointReader {
  protected count = 0n;
  protected sum = 0;
  #min = 0;
  #max = 0;
  #has = 0;
  readonly #minTag: number;
  readonly #maxTag: number;

  protected constructor(columns: TableColumns, numbers: Numbers & { min: number; max: number }) {
    super(columns, numbers);
    this.#minTag = fixed64Tag(numbers.min);
    this.#maxTag = fixed64Tag(numbers.max);
  }

  protected begin(): void {
    this.count = 0n;
    this.sum = this.#min = this.#max = this.#has = 0;
  }

  protected field(tag: number, bytes: Uint8Array, start: number, end: number): undefined {
    if (tag === fixed64Tag(HISTOGRAM_POINT.count)) this.count = fixed64(bytes, start);
    else if (tag === fixed64Tag(HISTOGRAM_POINT.sum)) {
      this.sum = float64(bytes, start);
      this.#has |= HAS_SUM;
    } else if (tag === this.#minTag) {
      this.#min = float64(bytes, start);
      this.#has |= HAS_MIN;
    } else if (tag === this.#maxTag) {
      this.#max = float64(bytes, start);
      this.#has |= HAS_MAX;
    } else this.bucketField(tag, bytes, start, end);
    return undefined;
  }

  protected values(): void {
    this.data('Count').pushUint64(this.count);
    this.data('Sum').pushFloat64(this.sum);
    this.data('Min').pushFloat64(this.#min);
    this.data('Max').pushFloat64(this.#max);
    this.data('Has').pushUint8(this.#has);
  }

  protected abstract bucketField(tag: number, bytes: Uint8Array, start: number, end: number): void;

  /** Ends the row of an array column of 8-byte values. */
  protected endArray(name: string): void {
    const { offsets, inner } = this.columns.arrayOf(name, 'fixed');
    offsets.pushCount(inner.data.length / 8);
  }

  protected array(name: string): ByteBuffer {
    return this.columns.arrayOf(name, 'fixed').inner.data;
  }
}

class HistogramPoints extends DistributionPoints {
  constructor() {
    super(new TableColumns(metricHistograms), HISTOGRAM_POINT);
  }

  protected bucketField(tag: number, bytes: Uint8Array, start: number, end: number): void {
    if (
      tag === bytesTag(HISTOGRAM_POINT.bucketCounts) ||
      tag === fixed64Tag(HISTOGRAM_POINT.bucketCounts)
    ) {
      pushFixed64s(this.array('Buckets'), bytes, start, end);
    } else if (
      tag === bytesTag(HISTOGRAM_POINT.explicitBounds) ||
      tag === fixed64Tag(HISTOGRAM_POINT.explicitBounds)
    ) {
      pushFixed64s(this.array('Bounds'), bytes, start, end);
    }
  }

  protected override values(): void {
    super.values();
    this.endArray('Bounds');
    this.endArray('Buckets');
  }
}

class ExponentialPoints extends DistributionPoints {
  #scale = 0;
  #zeroCount = 0n;
  #zeroThreshold = 0;
  #positiveOffset = 0;
  #negativeOffset = 0;

  constructor() {
    super(new TableColumns(metricExponentialHistograms), EXPONENTIAL_POINT);
  }

  protected override begin(): void {
    super.begin();
    this.#scale = this.#zeroThreshold = this.#positiveOffset = this.#negativeOffset = 0;
    this.#zeroCount = 0n;
  }

  protected bucketField(tag: number, bytes: Uint8Array, start: number, end: number): void {
    switch (tag) {
      case varintTag(EXPONENTIAL_POINT.scale):
        this.#scale = zigzag32(bytes, start, end);
        return;
      case fixed64Tag(EXPONENTIAL_POINT.zeroCount):
        this.#zeroCount = fixed64(bytes, start);
        return;
      case fixed64Tag(EXPONENTIAL_POINT.zeroThreshold):
        this.#zeroThreshold = float64(bytes, start);
        return;
      case bytesTag(EXPONENTIAL_POINT.positive):
        this.#positiveOffset = this.#buckets('PositiveBuckets', bytes, start, end);
        return;
      case bytesTag(EXPONENTIAL_POINT.negative):
        this.#negativeOffset = this.#buckets('NegativeBuckets', bytes, start, end);
    }
  }

  protected override values(): void {
    super.values();
    this.data('Scale').pushInt32(this.#scale);
    this.data('ZeroCount').pushUint64(this.#zeroCount);
    this.data('ZeroThreshold').pushFloat64(this.#zeroThreshold);
    this.data('PositiveOffset').pushInt32(this.#positiveOffset);
    this.endArray('PositiveBuckets');
    this.data('NegativeOffset').pushInt32(this.#negativeOffset);
    this.endArray('NegativeBuckets');
  }

  /** Pushes the counts and gives the offset. */
  #buckets(name: string, bytes: Uint8Array, from: number, to: number): number {
    let offset = 0;
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === varintTag(EXPONENTIAL_BUCKETS.offset)) offset = zigzag32(bytes, start, end);
      else if (
        tag === bytesTag(EXPONENTIAL_BUCKETS.bucketCounts) ||
        tag === varintTag(EXPONENTIAL_BUCKETS.bucketCounts)
      ) {
        pushVarints(this.array(name), bytes, start, end);
      }
    }
    checkFraming(cursor);
    return offset;
  }
}

class SummaryPoints extends PointReader {
  #count = 0n;
  #sum = 0;

  constructor() {
    super(new TableColumns(metricSummaries), SUMMARY_POINT);
  }

  protected begin(): void {
    this.#count = 0n;
    this.#sum = 0;
  }

  protected field(tag: number, bytes: Uint8Array, start: number, end: number): undefined {
    if (tag === fixed64Tag(SUMMARY_POINT.count)) this.#count = fixed64(bytes, start);
    else if (tag === fixed64Tag(SUMMARY_POINT.sum)) this.#sum = float64(bytes, start);
    else if (tag === bytesTag(SUMMARY_POINT.quantileValues)) this.#quantile(bytes, start, end);
    return undefined;
  }

  protected values(): void {
    this.data('Count').pushUint64(this.#count);
    this.data('Sum').pushFloat64(this.#sum);
    for (const name of ['Quantiles', 'Values']) {
      const { offsets, inner } = this.columns.arrayOf(name, 'fixed');
      offsets.pushCount(inner.data.length / 8);
    }
  }

  #quantile(bytes: Uint8Array, from: number, to: number): void {
    let [quantile, value] = [0, 0];
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      const tag = tagOf(cursor);
      if (tag === fixed64Tag(QUANTILE_VALUE.quantile)) quantile = float64(bytes, cursor.start);
      else if (tag === fixed64Tag(QUANTILE_VALUE.value)) value = float64(bytes, cursor.start);
    }
    checkFraming(cursor);
    this.columns.arrayOf('Quantiles', 'fixed').inner.data.pushFloat64(quantile);
    this.columns.arrayOf('Values', 'fixed').inner.data.pushFloat64(value);
  }
}

/** For gauges and sums, histograms, exponential histograms, summaries. */
export const createPointReaders = (): readonly PointReader[] => [
  new NumberPoints(),
  new HistogramPoints(),
  new ExponentialPoints(),
  new SummaryPoints(),
];
