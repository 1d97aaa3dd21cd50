// Metric points of the store as OTLP again: `ExportMetricsServiceRequest`s grouped by resource, scope and metric.

import { encode } from '../../otlp/objects/encode.ts';
import type { Exemplar, KeyValue, Metric } from '../../otlp/objects/types.ts';
import type { Engine } from '../contract.ts';
import { toAttributes, toMetadata } from './any-value.ts';
import { type ExportedRequest, grouped, ITEMS_A_REQUEST } from './export-items.ts';
import { type Groups, idText, readGroups } from './groups.ts';
import {
  type AnyPoint,
  metricData,
  POINT_KINDS,
  type PointContext,
  type PointKind,
} from './point-rows.ts';
import { RowBinaryReader } from './row-binary.ts';
import type { StoredItem } from './span-rows.ts';

export interface MetricExportOptions {
  /** Condition over `metric_series`, e.g. of Name or Service; `1` for all. */
  readonly series: string;
  /** Points from here up to, but not with, there; nanoseconds since the epoch. */
  readonly fromNano: bigint;
  readonly toNano: bigint;
  readonly signal?: AbortSignal | undefined;
  readonly itemsPerRequest?: number;
}

interface Series {
  readonly id: bigint;
  readonly name: string;
  readonly unit: string;
  readonly type: number;
  readonly numberType: number;
  readonly temporality: number;
  readonly monotonic: boolean;
  readonly resourceId: bigint;
  readonly scopeId: bigint;
  readonly attributes: readonly KeyValue[];
  readonly description: string;
  readonly metadata: string;
}

type LatePoint = (context: PointContext) => AnyPoint;

/** All points in the range, series by series. */
export async function* exportMetrics(
  engine: Engine,
  options: MetricExportOptions,
): AsyncGenerator<ExportedRequest> {
  const { signal } = options;
  const wanted = `FROM metric_series WHERE ${options.series}`;
  const groups = await readGroups(
    engine,
    (column) => `SELECT DISTINCT ${column} ${wanted}`,
    signal,
  );
  const series = await readSeries(engine, wanted, signal);
  const size = options.itemsPerRequest ?? ITEMS_A_REQUEST;
  for (const kind of POINT_KINDS) {
    const exemplars = await readExemplars(engine, kind.table, options);
    const rows = readPoints(engine, kind, options);
    const batch = new PointBatch(series, exemplars);
    for await (const { seriesId, time, point } of rows) {
      batch.add(seriesId, time, point);
      if (batch.items === size) yield batch.take(groups);
    }
    if (batch.items > 0) yield batch.take(groups);
  }
}

/** Points under their metrics: series that differ in their attributes alone, or in the type of number, share one. */
class PointBatch {
  items = 0;
  readonly #series: ReadonlyMap<bigint, Series>;
  readonly #exemplars: Map<string, Exemplar[]>;
  readonly #metrics = new Map<string, { readonly series: Series; readonly points: AnyPoint[] }>();

  constructor(series: ReadonlyMap<bigint, Series>, exemplars: Map<string, Exemplar[]>) {
    this.#series = series;
    this.#exemplars = exemplars;
  }

  add(seriesId: bigint, time: bigint, point: LatePoint): void {
    const series = this.#series.get(seriesId);
    if (series === undefined) return;
    const { attributes, numberType } = series;
    const key = `${seriesId} ${time}`;
    const exemplars = this.#exemplars.get(key) ?? [];
    this.#exemplars.delete(key); // of two points at one time the first has them
    const metric = this.#metricOf(series);
    metric.push(point({ numberType, attributes, exemplars }));
    this.items++;
  }

  take(groups: Groups): ExportedRequest {
    const metrics = [...this.#metrics.values()].map(({ series, points }): StoredItem<Metric> => {
      const { name, unit, description, type, temporality, monotonic } = series;
      const metadata = toMetadata(series.metadata);
      const data = metricData(type, temporality, monotonic, points);
      const item = { name, description, unit, ...data, metadata };
      return { resourceId: series.resourceId, scopeId: series.scopeId, item };
    });
    const resourceMetrics = grouped(metrics, groups).map(({ scopes, ...resource }) => ({
      ...resource,
      scopeMetrics: scopes.map(({ items, ...scope }) => ({ ...scope, metrics: items })),
    }));
    const { items } = this;
    this.#metrics.clear();
    this.items = 0;
    return { bytes: encode('metrics', { resourceMetrics }), items };
  }

  #metricOf(series: Series): AnyPoint[] {
    const { resourceId, scopeId, name, unit, type, temporality, monotonic, description, metadata } =
      series;
    const key = JSON.stringify([
      String(resourceId),
      String(scopeId),
      [name, unit, type, temporality, monotonic, description, metadata],
    ]);
    const known = this.#metrics.get(key);
    if (known !== undefined) return known.points;
    const points: AnyPoint[] = [];
    this.#metrics.set(key, { series, points });
    return points;
  }
}

async function readSeries(
  engine: Engine,
  wanted: string,
  signal: AbortSignal | undefined,
): Promise<Map<bigint, Series>> {
  const sql = `SELECT Id, Name, Unit, Type, NumberType, Temporality, Monotonic, ResourceId, ScopeId, Attributes,
    AttributeTypes, Description, Metadata ${wanted} LIMIT 1 BY Id`;
  const rows = RowBinaryReader.rows(
    engine.query(sql, { format: 'RowBinary', signal }),
    (row): Series => ({
      id: row.uint64(),
      name: row.string(),
      unit: row.string(),
      type: row.uint8(),
      numberType: row.uint8(),
      temporality: row.uint8(),
      monotonic: row.uint8() !== 0,
      resourceId: row.uint64(),
      scopeId: row.uint64(),
      attributes: toAttributes(row.map(), row.string()),
      description: row.string(),
      metadata: row.string(),
    }),
  );
  const found = new Map<bigint, Series>();
  for await (const series of rows) found.set(series.id, series);
  return found;
}

const wantedPoints = ({ series, fromNano, toNano }: MetricExportOptions, time: string): string =>
  `SeriesId IN (SELECT Id FROM metric_series WHERE ${series}) AND ${time} >= ${fromNano} AND ${time} < ${toNano}`;

function readPoints(
  engine: Engine,
  kind: PointKind,
  options: MetricExportOptions,
): AsyncGenerator<{ seriesId: bigint; time: bigint; point: LatePoint }> {
  const columns = ['SeriesId', 'Time', 'StartTime', 'Flags', ...kind.columns].join(', ');
  const sql = `SELECT ${columns} FROM ${kind.table} WHERE ${wantedPoints(options, 'Time')} ORDER BY SeriesId, Time`;
  const { signal } = options;
  return RowBinaryReader.rows(engine.query(sql, { format: 'RowBinary', signal }), (row) => {
    const seriesId = row.uint64();
    const time = row.uint64();
    const startTimeUnixNano = row.uint64();
    const flags = row.uint32();
    const point = kind.read(row, { timeUnixNano: time, startTimeUnixNano, flags });
    return { seriesId, time, point };
  });
}

/** Exemplars of a table's points, by series and time of the point. */
async function readExemplars(
  engine: Engine,
  table: string,
  options: MetricExportOptions,
): Promise<Map<string, Exemplar[]>> {
  const sql = `SELECT SeriesId, PointTime, Time, Value, Int, ValueType, TraceId, SpanId, Attributes, AttributeTypes
    FROM exemplars WHERE ${wantedPoints(options, 'PointTime')} AND SeriesId IN (SELECT SeriesId FROM ${table}) ORDER BY Time`;
  const { signal } = options;
  const rows = RowBinaryReader.rows(engine.query(sql, { format: 'RowBinary', signal }), (row) => ({
    key: `${row.uint64()} ${row.uint64()}`,
    exemplar: readExemplar(row),
  }));
  const found = new Map<string, Exemplar[]>();
  for await (const { key, exemplar } of rows) {
    const known = found.get(key);
    if (known === undefined) found.set(key, [exemplar]);
    else known.push(exemplar);
  }
  return found;
}

function readExemplar(row: RowBinaryReader): Exemplar {
  const timeUnixNano = row.uint64();
  const asDouble = row.float64();
  const asInt = row.int64();
  const valueType = row.uint8();
  return {
    timeUnixNano,
    ...(valueType === 1 ? { asDouble } : {}),
    ...(valueType === 2 ? { asInt } : {}),
    traceId: idText(row.bytes(16)),
    spanId: idText(row.bytes(8)),
    filteredAttributes: toAttributes(row.map(), row.string()),
  };
}
