// Points as an OTLP request.
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#prometheus-metric-points-to-otlp

import { originalMetric, unitOfUnitText } from '../../../base/prometheus/original-name.ts';
import { fromHex } from '../../../base/hex.ts';
import { encode } from '../../../otlp/objects/encode.ts';
import type {
  Exemplar,
  KeyValue,
  Metric,
  MetricsRequest,
  Partly,
} from '../../../otlp/objects/types.ts';
import type { NativeBuckets, ShownExemplar } from './exposition.ts';
import type { Point, PointKind } from './points.ts';

const SCOPE_NAME =
  'github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver';

const CUMULATIVE = 2;
const NO_RECORDED_VALUE = 1;
const NANOS_PER_MILLI = 1e6;
const TARGET_INFO = 'target_info';
const SCOPE_INFO = 'otel_scope_info';

export interface OtlpOptions {
  /** Of samples without a time of their own. */
  readonly timeMs: number;
  /** Of counters whose start is not said. */
  readonly startMs: number | undefined;
  readonly trimsSuffixes: boolean;
  /** Of the target's URL, for the resource. */
  readonly url: URL;
}

export interface Request {
  readonly bytes: Uint8Array;
  /** Points. */
  readonly items: number;
}

const nanos = (ms: number): bigint => BigInt(Math.round(ms * NANOS_PER_MILLI));
const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

type Group = MetricsRequest['resourceMetrics'][number];

/** @param gone points of the scrape before that are not there any more: their series end. */
export function toOtlp(
  points: Iterable<Point>,
  gone: Iterable<Point>,
  options: OtlpOptions,
): Request {
  const shown = [...points];
  const infos = shown.filter(({ name }) => name === TARGET_INFO);
  const scopeInfos = shown.filter(({ name }) => name === SCOPE_INFO);
  const tree = new Tree();
  let items = 0;
  for (const [list, isGone] of [
    [shown, false],
    [[...gone], true],
  ] as const) {
    for (const point of list) {
      if (point.name === TARGET_INFO || point.name === SCOPE_INFO) continue;
      tree.add(point, pointOf(point, isGone, options));
      items += 1;
    }
  }
  const resourceMetrics = tree.groups.map(({ point, scopes }): Partly<Group> => ({
    resource: { attributes: resourceOf(point, infos, options.url) },
    scopeMetrics: scopes.map(({ first, metrics }) => ({
      scope: scopeOf(first, scopeInfos),
      metrics: metrics.map(({ of, dataPoints }) => metricOf(of, dataPoints, options.trimsSuffixes)),
    })),
  }));
  return { bytes: encode('metrics', { resourceMetrics }), items };
}

type DataPoint = Readonly<Record<string, unknown>>;

interface MetricNode {
  readonly of: Point;
  readonly dataPoints: DataPoint[];
}

interface ScopeNode {
  readonly first: Point;
  readonly metrics: MetricNode[];
}

/** Resource → scope → metric → points, in order of arrival. */
class Tree {
  readonly groups: Array<{ readonly point: Point; readonly scopes: ScopeNode[] }> = [];
  readonly #scopes = new Map<string, ScopeNode>();
  readonly #groups = new Map<string, ScopeNode[]>();
  readonly #metrics = new Map<string, MetricNode>();

  add(point: Point, dataPoint: DataPoint): void {
    const group = JSON.stringify([point.resource.job, point.resource.instance]);
    const scope = JSON.stringify([group, point.scope.name, point.scope.version]);
    const key = JSON.stringify([scope, point.name, point.kind]);
    let node = this.#metrics.get(key);
    if (node === undefined) {
      node = { of: point, dataPoints: [] };
      this.#metrics.set(key, node);
      this.#scope(group, scope, point).metrics.push(node);
    }
    node.dataPoints.push(dataPoint);
  }

  #scope(group: string, key: string, point: Point): ScopeNode {
    let node = this.#scopes.get(key);
    if (node === undefined) {
      node = { first: point, metrics: [] };
      this.#scopes.set(key, node);
      this.#group(group, point).push(node);
    }
    return node;
  }

  #group(key: string, point: Point): ScopeNode[] {
    let scopes = this.#groups.get(key);
    if (scopes === undefined) {
      scopes = [];
      this.#groups.set(key, scopes);
      this.groups.push({ point, scopes });
    }
    return scopes;
  }
}

function resourceOf({ resource }: Point, infos: readonly Point[], url: URL): KeyValue[] {
  const { job, instance } = resource;
  const own: KeyValue[] = [
    text('service.name', job),
    text('service.instance.id', instance),
    text('server.address', url.hostname.replace(/^\[(.*)\]$/, '$1')),
    text('server.port', url.port || (url.protocol === 'https:' ? '443' : '80')),
    text('url.scheme', url.protocol.replace(':', '')),
  ];
  const taken = new Set(own.map(({ key }) => key));
  const info = infos.find((one) => one.resource.job === job && one.resource.instance === instance);
  const more = (info?.labels ?? []).filter(([key]) => !taken.has(key));
  return [...own, ...more.map(([key, value]) => text(key, value))];
}

function scopeOf({ scope }: Point, infos: readonly Point[]) {
  if (scope.name === '') return { name: SCOPE_NAME };
  const info = infos.find(
    (one) => one.scope.name === scope.name && one.scope.version === scope.version,
  );
  return { ...scope, attributes: (info?.labels ?? []).map(([key, value]) => text(key, value)) };
}

function metricOf(point: Point, dataPoints: readonly DataPoint[], trims: boolean): Partly<Metric> {
  const { name, unit } = trims
    ? originalMetric(point.name, point.unit)
    : { name: point.name, unit: unitOfUnitText(point.unit) };
  const header = {
    name,
    unit,
    description: point.help,
    metadata: [text('prometheus.type', point.type)],
  };
  return { ...header, ...dataOf(point.kind, dataPoints) };
}

/** Points were made for the kind by `pointOf`. */
function dataOf(kind: PointKind, dataPoints: readonly DataPoint[]): Partly<Metric> {
  switch (kind) {
    case 'gauge':
      return { gauge: { dataPoints } };
    case 'sum':
    case 'updown':
      return {
        sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: kind === 'sum' },
      };
    case 'histogram':
      return { histogram: { dataPoints, aggregationTemporality: CUMULATIVE } };
    case 'native':
      return { exponentialHistogram: { dataPoints, aggregationTemporality: CUMULATIVE } };
    case 'summary':
      return { summary: { dataPoints } };
  }
}

function pointOf(point: Point, isGone: boolean, options: OtlpOptions): DataPoint {
  const counts = point.kind !== 'gauge' && point.kind !== 'updown';
  const startMs = point.startMs ?? (counts ? options.startMs : undefined);
  const common = {
    timeUnixNano: nanos(isGone ? options.timeMs : (point.timeMs ?? options.timeMs)),
    startTimeUnixNano: startMs === undefined ? 0n : nanos(startMs),
    attributes: point.labels.map(([key, value]) => text(key, value)),
  };
  if (isGone) return { ...common, flags: NO_RECORDED_VALUE };
  const exemplars = point.exemplars.map((one) => exemplarOf(one, options.timeMs));
  switch (point.kind) {
    case 'histogram':
      return { ...common, ...histogramOf(point), exemplars };
    case 'native':
      return { ...common, ...nativeOf(point), exemplars };
    case 'summary':
      return {
        ...common,
        count: BigInt(Math.round(point.count ?? 0)),
        sum: point.sum ?? 0,
        quantileValues: point.parts.map(([quantile, value]) => ({ quantile, value })),
      };
    default:
      return { ...common, asDouble: point.value, exemplars };
  }
}

/** Buckets of an exposition hold what the ones below hold too; those of OTLP do not. */
function histogramOf(point: Point): DataPoint {
  const parts = point.parts.toSorted(([a], [b]) => a - b);
  const bounds = parts.filter(([bound]) => Number.isFinite(bound));
  const count = point.count ?? parts.at(-1)?.[1] ?? 0;
  let below = 0;
  const counts = [...bounds.map(([, value]) => value), count].map((value) => {
    const own = Math.max(0, value - below);
    below = Math.max(below, value);
    return BigInt(Math.round(own));
  });
  return {
    count: counts.reduce((sum, one) => sum + one, 0n),
    ...(point.sum === undefined ? {} : { sum: point.sum }),
    explicitBounds: bounds.map(([bound]) => bound),
    bucketCounts: counts,
  };
}

/** Prometheus' bucket i is OTLP's i − 1: one is named by its upper, the other by its lower bound. */
const bucketsOf = ({ first, counts }: NativeBuckets) => ({
  offset: first - 1,
  bucketCounts: counts.map((count) => BigInt(Math.round(Math.max(0, count)))),
});

function nativeOf({ native }: Point): DataPoint {
  if (native === undefined) return {};
  return {
    count: BigInt(Math.round(native.count)),
    sum: native.sum,
    scale: native.schema,
    zeroCount: BigInt(Math.round(native.zeroCount)),
    zeroThreshold: native.zeroThreshold,
    positive: bucketsOf(native.positive),
    negative: bucketsOf(native.negative),
  };
}

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

function exemplarOf({ labels, value, timeMs }: ShownExemplar, scrapeMs: number): Partly<Exemplar> {
  const ids = { traceId: '', spanId: '' };
  const filteredAttributes: KeyValue[] = [];
  for (const [key, label] of labels) {
    const isTrace = key === 'trace_id' && fromHex(label)?.length === TRACE_ID_BYTES;
    const isSpan = key === 'span_id' && fromHex(label)?.length === SPAN_ID_BYTES;
    if (isTrace) ids.traceId = label.toLowerCase();
    else if (isSpan) ids.spanId = label.toLowerCase();
    else filteredAttributes.push(text(key, label));
  }
  return { ...ids, asDouble: value, timeUnixNano: nanos(timeMs ?? scrapeMs), filteredAttributes };
}
