// Which key an item is routed by, and from that its endpoint. Keys are bytes or text as upstream has them, but for
// `resource` and `streamID`, whose hashes are our own: these go together all the same.

import { AppError } from '../../../base/app-error.ts';
import type { Signal } from '../../../base/signal.ts';
import { resourceId, scopeId, seriesId } from '../../../otlp/identity/identity.ts';
import { type GroupTable, NONE } from '../../../otlp/index/group-table.ts';
import { MetricIndex } from '../../../otlp/index/metric-index.ts';
import { resourceAttribute } from '../../../otlp/objects/resource-attribute.ts';
import { groupByTrace } from '../../../otlp/ranges/group.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { attributeKeys } from './attribute-keys.ts';
import type { LoadBalancingConfig, RoutingKey } from './config.ts';
import type { Ring } from './ring.ts';

const ALLOWED: Readonly<Record<Signal, readonly RoutingKey[]>> = {
  traces: ['traceID', 'service', 'attributes'],
  logs: ['service', 'traceID', 'resource', 'attributes'],
  metrics: ['service', 'resource', 'metric', 'streamID', 'attributes'],
};
const TRACE_ID_BYTES = 16;
const NO_BYTES = new Uint8Array(0);

/** @throws AppError `LOAD_BALANCING_KEY` where the signal has no such key. */
export function routingKeyFor(id: string, signal: Signal, config: LoadBalancingConfig): RoutingKey {
  const allowed = ALLOWED[signal];
  const wanted = config.routing_key === '' ? allowed[0] : config.routing_key;
  if (wanted !== undefined && allowed.includes(wanted)) return wanted;
  throw new AppError('LOAD_BALANCING_KEY', {
    message: `${id}: ${signal} cannot be routed by ${wanted}. Use ${allowed.join(', ')}, or another load_balancing exporter for ${signal}.`,
  });
}

/** Number of the endpoint of each item. */
export function routeItems(
  batch: Batch,
  key: RoutingKey,
  attributes: readonly string[],
  ring: Ring,
): Int32Array {
  switch (key) {
    case 'traceID':
      return batch.signal === 'traces'
        ? byTrace(batch, ring)
        : byItem(batch, ring, logTraceKeys(batch));
    case 'service':
      return byItem(batch, ring, ofResource(batch, serviceOf(batch)));
    case 'resource':
      return byItem(batch, ring, ofResource(batch, resourceKey(batch)));
    case 'metric':
      return byItem(batch, ring, ofMetric(batch));
    case 'streamID':
      return byItem(batch, ring, ofSeries(batch));
    case 'attributes':
      return byItem(batch, ring, attributeKeys(batch, attributes));
  }
}

type KeyOf = (item: number) => Uint8Array | string;

function byItem(batch: Batch, ring: Ring, keyOf: KeyOf): Int32Array {
  const owners = new Int32Array(batch.items);
  for (let item = 0; item < owners.length; item++) owners[item] = ring.ownerOf(keyOf(item));
  return owners;
}

/** One look-up a trace. */
function byTrace(batch: Batch<'traces'>, ring: Ring): Int32Array {
  const { traceId } = batch.index();
  const { bytes } = batch;
  const owners = new Int32Array(batch.items);
  const { count, order, starts } = groupByTrace(batch);
  for (let group = 0; group < count; group++) {
    const items = order.subarray(starts[group], starts[group + 1]);
    const at = traceId[items[0] ?? 0] ?? 0;
    const owner = ring.ownerOf(bytes.subarray(at, at + TRACE_ID_BYTES));
    for (const item of items) owners[item] = owner;
  }
  return owners;
}

/** A record without a trace goes with its service. */
function logTraceKeys(batch: Batch): KeyOf {
  if (batch.signal !== 'logs') return () => '';
  const { traceId } = batch.index();
  const { bytes } = batch;
  const service = ofResource(batch, serviceOf(batch));
  return (item) => {
    const at = traceId[item] ?? NONE;
    return at === NONE ? service(item) : bytes.subarray(at, at + TRACE_ID_BYTES);
  };
}

/** One look-up a resource. */
function ofResource(batch: Batch, keyOf: (group: number) => string): KeyOf {
  const index: ReturnType<Batch['index']> = batch.index();
  const keys: string[] = [];
  const groupOf = (item: number): number =>
    (index instanceof MetricIndex
      ? index.metrics.resource[index.metric[item] ?? 0]
      : index.resource[item]) ?? 0;
  return (item) => {
    const group = groupOf(item);
    return (keys[group] ??= keyOf(group));
  };
}

/** A resource without a name has the empty key; upstream does not route it at all. */
function serviceOf(batch: Batch): (group: number) => string {
  const { resources }: ReturnType<Batch['index']> = batch.index();
  return (group) =>
    resourceAttribute(batch.bytes, resources, group, 'service.name')?.stringValue ?? '';
}

function resourceKey(batch: Batch): (group: number) => string {
  const { resources }: ReturnType<Batch['index']> = batch.index();
  return (group) => resourceHash(batch.bytes, resources, group).toString(16);
}

const resourceHash = (bytes: Uint8Array, groups: GroupTable, group: number): bigint =>
  resourceId(inner(bytes, groups, group), schemaUrl(bytes, groups, group));

function inner(bytes: Uint8Array, { innerStart, innerEnd }: GroupTable, group: number): Uint8Array {
  const from = innerStart[group] ?? NONE;
  return from === NONE ? NO_BYTES : bytes.subarray(from, innerEnd[group]);
}

function schemaUrl(
  bytes: Uint8Array,
  { schemaUrlStart, schemaUrlEnd }: GroupTable,
  group: number,
): Uint8Array {
  const from = schemaUrlStart[group] ?? NONE;
  return from === NONE ? NO_BYTES : bytes.subarray(from, schemaUrlEnd[group]);
}

function ofMetric(batch: Batch): KeyOf {
  if (batch.signal !== 'metrics') return () => '';
  const { metric, metrics } = batch.index();
  const { bytes } = batch;
  return (item) => {
    const at = metric[item] ?? 0;
    return bytes.subarray(metrics.nameStart[at], metrics.nameEnd[at]);
  };
}

/** Resource, scope, metric and attributes of the point. */
function ofSeries(batch: Batch): KeyOf {
  if (batch.signal !== 'metrics') return () => '';
  const { bytes } = batch;
  const index = batch.index();
  const { metrics, resources, scopes } = index;
  const headers: Array<Parameters<typeof seriesId>[0]> = [];
  const headerOf = (metric: number): Parameters<typeof seriesId>[0] => ({
    name: bytes.subarray(metrics.nameStart[metric], metrics.nameEnd[metric]),
    unit: bytes.subarray(metrics.unitStart[metric], metrics.unitEnd[metric]),
    type: metrics.type[metric] ?? 0,
    numberType: 0,
    temporality: metrics.temporality[metric] ?? 0,
    monotonic: metrics.monotonic[metric] ?? 0,
    resourceId: resourceHash(bytes, resources, metrics.resource[metric] ?? 0),
    scopeId: scopeId(
      inner(bytes, scopes, metrics.scope[metric] ?? 0),
      schemaUrl(bytes, scopes, metrics.scope[metric] ?? 0),
    ),
  });
  return (item) => {
    const metric = index.metric[item] ?? 0;
    const header = (headers[metric] ??= headerOf(metric));
    return seriesId(header, bytes, index.start[item] ?? 0, index.end[item] ?? 0).toString(16);
  };
}
