// From samples to points: what belongs to one histogram or summary is put together; everything else is a number.

import type { Label } from '../../../base/prometheus/label-name.ts';
import { parseNumber } from '../../../base/prometheus/number-text.ts';
import type { NativeHistogram, SampleType, ShownExemplar, ShownFamily } from './exposition.ts';
import type { Sample } from './samples.ts';

export type PointKind = 'sum' | 'gauge' | 'updown' | 'histogram' | 'native' | 'summary';

export interface Point {
  /** Of the metric; `name` is that of its family for histograms and summaries. */
  readonly name: string;
  readonly kind: PointKind;
  readonly type: SampleType;
  readonly help: string;
  readonly unit: string;
  /** Without `le`, `quantile`, job and instance, by name. */
  readonly labels: readonly Label[];
  readonly resource: { readonly job: string; readonly instance: string };
  /** Of the scope, where the target says one. */
  readonly scope: { readonly name: string; readonly version: string };
  timeMs: number | undefined;
  startMs: number | undefined;
  value: number;
  sum: number | undefined;
  count: number | undefined;
  /** `le` or quantile with its value. */
  readonly parts: Array<readonly [number, number]>;
  native: NativeHistogram | undefined;
  readonly exemplars: ShownExemplar[];
}

const RESOURCE_LABELS: ReadonlySet<string> = new Set(['job', 'instance']);
const SCOPE_NAME = 'otel_scope_name';
const SCOPE_VERSION = 'otel_scope_version';
const MS_PER_SECOND = 1000;

export function pointsOf(samples: readonly Sample[], keepsClassic: boolean): Map<string, Point> {
  const points = new Map<string, Point>();
  for (const sample of samples) take(points, sample);
  for (const [key, point] of points) {
    const isEmpty =
      point.count === undefined && point.parts.length === 0 && point.native === undefined;
    if (isEmpty) points.delete(key); // only a start time or a sum
    // Both forms of one histogram: the native one, and the other where the job wants it.
    if (point.kind === 'native' && !keepsClassic)
      points.delete(key.replace(/^native/, 'histogram'));
  }
  return points;
}

function take(points: Map<string, Point>, sample: Sample): void {
  const { family, shown, name } = sample;
  const type = family?.type ?? 'unknown';
  const suffix = family === undefined ? '' : name.slice(family.name.length);
  if (shown.native !== undefined && family !== undefined) {
    const point = pointFor(points, sample, 'native', family.name);
    point.native = shown.native;
    point.exemplars.push(...shown.exemplars);
  } else if (family !== undefined && (type === 'histogram' || type === 'gaugehistogram')) {
    takeHistogram(points, sample, family, suffix);
  } else if (family !== undefined && type === 'summary') {
    takeSummary(points, sample, family, suffix);
  } else if (type === 'counter' && suffix === '_created' && family !== undefined) {
    // The sample that it tells the start of has the name with _total, or the bare one.
    const point = pointFor(points, sample, 'sum', `${family.name}_total`);
    point.startMs = shown.value * MS_PER_SECOND;
  } else {
    const point = pointFor(points, sample, KIND[type], name);
    point.value = shown.value;
    point.count = 1;
    point.exemplars.push(...shown.exemplars);
    if (shown.startMs !== undefined) point.startMs = shown.startMs;
  }
}

const KIND: Readonly<Record<SampleType, PointKind>> = {
  counter: 'sum',
  gauge: 'gauge',
  unknown: 'gauge',
  info: 'updown',
  stateset: 'updown',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
};

function takeHistogram(
  points: Map<string, Point>,
  sample: Sample,
  family: ShownFamily,
  suffix: string,
): void {
  const point = pointFor(points, sample, 'histogram', family.name);
  const { value, startMs, exemplars } = sample.shown;
  if (startMs !== undefined) point.startMs = startMs;
  if (suffix === '_bucket') {
    const bound = parseNumber(sample.labels.get('le') ?? '');
    if (bound !== undefined) point.parts.push([bound, value]);
    point.exemplars.push(...exemplars);
  } else if (suffix === '_sum' || suffix === '_gsum') point.sum = value;
  else if (suffix === '_count' || suffix === '_gcount') point.count = value;
  else if (suffix === '_created') point.startMs = value * MS_PER_SECOND;
}

function takeSummary(
  points: Map<string, Point>,
  sample: Sample,
  family: ShownFamily,
  suffix: string,
): void {
  const point = pointFor(points, sample, 'summary', family.name);
  const { value, startMs } = sample.shown;
  if (startMs !== undefined) point.startMs = startMs;
  if (suffix === '') {
    const quantile = parseNumber(sample.labels.get('quantile') ?? '');
    if (quantile !== undefined) point.parts.push([quantile, value]);
  } else if (suffix === '_sum') point.sum = value;
  else if (suffix === '_count') point.count = value;
  else if (suffix === '_created') point.startMs = value * MS_PER_SECOND;
}

function pointFor(
  points: Map<string, Point>,
  sample: Sample,
  kind: PointKind,
  name: string,
): Point {
  const part = kind === 'histogram' ? 'le' : kind === 'summary' ? 'quantile' : '';
  const labels = [...sample.labels]
    .filter(
      ([label]) =>
        label !== part &&
        !RESOURCE_LABELS.has(label) &&
        label !== SCOPE_NAME &&
        label !== SCOPE_VERSION,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const scope = {
    name: sample.labels.get(SCOPE_NAME) ?? '',
    version: sample.labels.get(SCOPE_VERSION) ?? '',
  };
  const resource = {
    job: sample.labels.get('job') ?? '',
    instance: sample.labels.get('instance') ?? '',
  };
  const key = `${kind}${JSON.stringify([name, labels, scope.name, scope.version, resource])}`;
  const known = points.get(key);
  if (known !== undefined) {
    known.timeMs ??= sample.shown.timeMs;
    return known;
  }
  const point: Point = {
    name,
    kind,
    type: sample.family?.type ?? 'unknown',
    help: sample.family?.help ?? '',
    unit: sample.family?.unit ?? '',
    labels,
    resource,
    scope,
    timeMs: sample.shown.timeMs,
    startMs: undefined,
    value: 0,
    sum: undefined,
    count: undefined,
    parts: [],
    native: undefined,
    exemplars: [],
  };
  points.set(key, point);
  return point;
}
