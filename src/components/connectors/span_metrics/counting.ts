// Counts the spans of one batch.

import { SPAN, SPAN_EVENT } from '../../../otlp/fields.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../../../otlp/index/ids.ts';
import { bytesTag, scan, scanField } from '../../../otlp/index/scan.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { type Found, pairOf } from '../../../otlp/attributes/attribute-finder.ts';
import { resourceRange, resourceValues, scopePairs, serviceOf } from './group.ts';
import type { KeyBuffer } from '../../../otlp/attributes/key-buffer.ts';
import type { ResourceMetrics, Resources } from './resource-metrics.ts';
import type { Series } from './series.ts';
import { codePair, kindPair } from './span-names.ts';
import type { View } from './view.ts';
import type { Weights } from './weights.ts';
import { textRangePair, newPair } from '../../../otlp/attributes/wire-pair.ts';

const EVENT = bytesTag(SPAN.events);
const COUNTED = newPair('sampling.method', 'counted');
const EXTRAPOLATED = newPair('sampling.method', 'extrapolated');
const WORD = 2 ** 32;

export interface CountingSettings {
  readonly views: readonly View[];
  readonly resources: Resources;
  readonly weights: Weights;
  readonly key: KeyBuffer;
  /** Built-in dimensions that are left out. */
  readonly excluded: ReadonlySet<string>;
  /** Names of scopes that become dimensions. */
  readonly scopes: ReadonlySet<string>;
  readonly instance: Uint8Array;
  readonly nanosPerUnit: number;
  readonly maxExemplars: number;
  readonly saysMethod: boolean;
}

/** A resource group: what of it is the same for all its spans. */
interface Group {
  readonly metrics: ResourceMetrics;
  readonly service: Found | undefined;
  /** One list a view. */
  readonly values: ReadonlyArray<ReadonlyArray<Found | undefined>>;
}

interface CountedSpan {
  readonly at: number;
  readonly group: Group;
  readonly weight: number;
  readonly duration: number;
  readonly scope: readonly Uint8Array[];
}

export class Counting {
  readonly #settings: CountingSettings;
  readonly #bytes: Uint8Array;
  readonly #index: TraceIndex;
  readonly #nowMs: number;
  readonly #startNs: bigint;
  readonly #groups: Group[] = [];
  readonly #scopes: Array<readonly Uint8Array[]> = [];

  /** @param startNs when the interval began in which new series begin. */
  constructor(
    settings: CountingSettings,
    batch: { readonly bytes: Uint8Array; index(): TraceIndex },
    nowMs: number,
    startNs: bigint,
  ) {
    this.#settings = settings;
    this.#bytes = batch.bytes;
    this.#index = batch.index();
    this.#nowMs = nowMs;
    this.#startNs = startNs;
  }

  count(): void {
    const { views, weights } = this.#settings;
    for (let at = 0; at < this.#index.count; at++) {
      const span: CountedSpan = {
        at,
        group: this.#group(this.#index.resource[at] ?? 0),
        weight: weights.of(this.#bytes, this.#index, at),
        duration: this.#duration(at),
        scope: this.#scope(this.#index.scope[at] ?? 0),
      };
      for (const [number, view] of views.entries()) {
        if (view.counts === 'events') this.#countEvents(span, number, view);
        else this.#countSpan(span, number, view);
      }
    }
  }

  #countSpan(span: CountedSpan, number: number, view: View): void {
    const more: Found[] = [];
    const found = [...(span.group.values[number] ?? [])];
    if (!view.dimensions.isEmpty) this.#findInSpan(span, view, found, more);
    this.#add(span, number, view, found, more);
  }

  /** Attributes of the span come before those of the event, those before the resource's. */
  #countEvents(span: CountedSpan, number: number, view: View): void {
    const bytes = this.#bytes;
    const to = this.#index.end[span.at] ?? 0;
    let next = 0;
    for (let at = this.#index.start[span.at] ?? 0; at < to; at = next) {
      scanField(bytes, at, to);
      next = scan.end;
      if (scan.tag !== EVENT) continue;
      const more: Found[] = [];
      const found = [...(span.group.values[number] ?? [])];
      view.dimensions.find(bytes, scan.start, next, SPAN_EVENT.attributes, found, more);
      this.#findInSpan(span, view, found, more);
      this.#add(span, number, view, found, more);
    }
  }

  #findInSpan(
    { at }: CountedSpan,
    { dimensions }: View,
    found: Array<Found | undefined>,
    more: Found[],
  ): void {
    const { start, end } = this.#index;
    dimensions.find(this.#bytes, start[at] ?? 0, end[at] ?? 0, SPAN.attributes, found, more);
  }

  #add(
    span: CountedSpan,
    number: number,
    view: View,
    found: ReadonlyArray<Found | undefined>,
    more: Found[],
  ): void {
    const table = span.group.metrics.tables[number];
    if (table === undefined) return;
    if (more.length > 1) more.sort(byPair); // senders need not keep an order
    const series = table.get(
      this.#keyOf(span, found, more),
      () => this.#attributesOf(span, found, more),
      (attributes): Series => ({
        attributes,
        startNs: this.#startNs,
        count: 0,
        durations: view.durations?.(),
        exemplars: [],
        seenMs: this.#nowMs,
      }),
    );
    series.count += span.weight;
    series.durations?.observe(span.duration, span.weight);
    series.seenMs = this.#nowMs;
    if (series.exemplars.length < this.#settings.maxExemplars) this.#exemplar(series, span);
  }

  #keyOf(
    span: CountedSpan,
    found: ReadonlyArray<Found | undefined>,
    more: readonly Found[],
  ): string {
    const { key, excluded, saysMethod } = this.#settings;
    const { nameStart, nameEnd, kind, statusCode } = this.#index;
    const { at } = span;
    key.reset();
    if (!excluded.has('service.name')) key.found(span.group.service);
    if (!excluded.has('span.name')) key.range(this.#bytes, nameStart[at] ?? 0, nameEnd[at] ?? 0);
    if (!excluded.has('span.kind')) key.byte(kind[at] ?? 0);
    if (!excluded.has('status.code')) key.byte(statusCode[at] ?? 0);
    if (saysMethod) key.byte(span.weight === 1 ? 0 : 1);
    for (const pair of span.scope) key.range(pair, 0, pair.length);
    for (const one of found) key.found(one);
    for (const one of more) key.range(one.bytes, one.pairStart, one.pairEnd);
    return key.text();
  }

  /** KeyValue messages, for a new series. */
  #attributesOf(
    span: CountedSpan,
    found: ReadonlyArray<Found | undefined>,
    more: readonly Found[],
  ): readonly Uint8Array[] {
    const { excluded, instance, saysMethod } = this.#settings;
    const { nameStart, nameEnd, kind, statusCode } = this.#index;
    const { at } = span;
    const service = span.group.service;
    const built: ReadonlyArray<readonly [name: string, pair: Uint8Array | undefined]> = [
      ['service.name', service === undefined ? undefined : pairOf(service)],
      ['span.name', textRangePair('span.name', this.#bytes, nameStart[at] ?? 0, nameEnd[at] ?? 0)],
      ['span.kind', kindPair(kind[at] ?? 0)],
      ['status.code', codePair(statusCode[at] ?? 0)],
      ['collector.instance.id', instance],
    ];
    return [
      ...built.filter(([name]) => !excluded.has(name)).map(([, pair]) => pair),
      ...(saysMethod ? [span.weight === 1 ? COUNTED : EXTRAPOLATED] : []),
      ...span.scope,
      ...[...found, ...more].map((one) => (one === undefined ? undefined : pairOf(one))),
    ].filter((pair) => pair !== undefined);
  }

  #exemplar(series: Series, span: CountedSpan): void {
    const { traceId, spanId, endTime } = this.#index;
    const traceAt = traceId[span.at] ?? 0;
    const spanAt = spanId[span.at] ?? 0;
    series.exemplars.push({
      timeNs: endTime[span.at] ?? 0n,
      value: span.duration,
      traceId: this.#bytes.slice(traceAt, traceAt + TRACE_ID_BYTES),
      spanId: this.#bytes.slice(spanAt, spanAt + SPAN_ID_BYTES),
    });
  }

  /** In the configured unit; 0 for a span that ends before it starts. */
  #duration(at: number): number {
    const { startTimeWords: start, endTimeWords: end } = this.#index;
    const high = (end[at * 2 + 1] ?? 0) - (start[at * 2 + 1] ?? 0);
    const nanos = high * WORD + ((end[at * 2] ?? 0) - (start[at * 2] ?? 0));
    return nanos > 0 ? nanos / this.#settings.nanosPerUnit : 0;
  }

  #group(number: number): Group {
    const known = this.#groups[number];
    if (known !== undefined) return known;
    const { resources, views } = this.#settings;
    const bytes = this.#bytes;
    const range = resourceRange(this.#index, number);
    const { schemaUrlStart, schemaUrlEnd } = this.#index.resources;
    const urlStart = schemaUrlStart[number] ?? NONE;
    const schemaUrl = urlStart === NONE ? [0, 0] : [urlStart, schemaUrlEnd[number]];
    const group: Group = {
      metrics: resources.get(bytes.subarray(...range), bytes.subarray(...schemaUrl), this.#nowMs),
      service: serviceOf(bytes, range),
      values: views.map(({ dimensions }) => resourceValues(dimensions, bytes, range)),
    };
    this.#groups[number] = group;
    return group;
  }

  #scope(number: number): readonly Uint8Array[] {
    const { scopes } = this.#settings;
    return (this.#scopes[number] ??= scopePairs(this.#bytes, this.#index, number, scopes));
  }
}

const byPair = (a: Found, b: Found): number =>
  Buffer.compare(
    a.bytes.subarray(a.pairStart, a.pairEnd),
    b.bytes.subarray(b.pairStart, b.pairEnd),
  );
