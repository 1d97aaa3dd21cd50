// The count connector: for each batch, a batch with the numbers of what was in it, as deltas.

import { resourceId } from '../../../otlp/identity/identity.ts';
import {
  METRIC,
  METRIC_DATA,
  NUMBER_POINT,
  REQUEST,
  RESOURCE_GROUP,
  SCOPE,
  SCOPE_GROUP,
} from '../../../otlp/fields.ts';
import { type GroupTable, NONE } from '../../../otlp/index/group-table.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import { type Batch, looseBatch } from '../../../pipeline/batch.ts';
import type { Connector, ConnectorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { CountConfig } from './config.ts';
import { Counter, type Counted, type Range } from './counter.ts';
import { SECTIONS, type Section, visitItems } from './items.ts';

const SCOPE_NAME = 'otelcol/countconnector';
const DELTA = 1;
const NANOS_PER_MILLI = 1_000_000n;
const NO_BYTES = new Uint8Array(0);

interface Target {
  readonly resource: Uint8Array;
  readonly schemaUrl: Uint8Array;
}

export class CountConnector implements Connector {
  readonly #config: CountConfig;
  readonly #settings: ConnectorSettings;
  readonly #next: Consumer;

  constructor(config: CountConfig, settings: ConnectorSettings, next: Consumer) {
    this.#config = config;
    this.#settings = settings;
    this.#next = next;
  }

  consume(batch: Batch): void | Promise<void> {
    const request = this.#count(batch);
    batch.release();
    if (request.items === 0) return undefined;
    return this.#next.consume(looseBatch('metrics', request, this.#settings.clock.now()));
  }

  #count(batch: Batch): { bytes: Uint8Array; items: number } {
    const { bytes } = batch;
    const index: ReturnType<Batch['index']> = batch.index();
    const counters = new Map<Section, Counter[]>(
      SECTIONS[batch.signal].map((section) => [
        section,
        Object.entries(this.#config[section]).map(([name, metric]) => new Counter(name, metric)),
      ]),
    );
    const targets = new Map<bigint, Target>();
    const ids: bigint[] = [];
    const idOf = (group: number): bigint => {
      const known = ids[group];
      if (known !== undefined) return known;
      const target = targetOf(bytes, index.resources, group);
      const id = resourceId(target.resource, target.schemaUrl);
      if (!targets.has(id)) targets.set(id, target);
      ids[group] = id;
      return id;
    };
    visitItems(bytes, index, (section, from, to, field, resource, scope) => {
      const scopeRange = innerOf(index.scopes, scope);
      const resourceRange = innerOf(index.resources, resource);
      const id = idOf(resource);
      for (const counter of counters.get(section) ?? []) {
        counter.count(bytes, { from, to }, field, scopeRange, resourceRange, id);
      }
    });
    const timeNs = BigInt(Math.round(this.#settings.clock.now())) * NANOS_PER_MILLI;
    return writeCounts(targets, [...counters.values()].flat(), timeNs);
  }
}

function innerOf(groups: GroupTable, group: number): Range {
  const from = groups.innerStart[group] ?? NONE;
  return from === NONE ? { from: 0, to: 0 } : { from, to: groups.innerEnd[group] ?? from };
}

function targetOf(bytes: Uint8Array, groups: GroupTable, group: number): Target {
  const { from, to } = innerOf(groups, group);
  const urlStart = groups.schemaUrlStart[group] ?? NONE;
  const schemaUrl =
    urlStart === NONE ? NO_BYTES : bytes.subarray(urlStart, groups.schemaUrlEnd[group]);
  return { resource: bytes.subarray(from, to), schemaUrl };
}

function writeCounts(
  targets: ReadonlyMap<bigint, Target>,
  counters: readonly Counter[],
  timeNs: bigint,
): { bytes: Uint8Array; items: number } {
  const out = new ProtobufWriter();
  let items = 0;
  for (const [id, { resource, schemaUrl }] of targets) {
    const counted = counters.filter(({ counts }) => counts.has(id));
    if (counted.length === 0) continue;
    const group = out.open(REQUEST.groups);
    out.bytes(RESOURCE_GROUP.resource, resource);
    if (schemaUrl.length > 0) out.bytes(RESOURCE_GROUP.schemaUrl, schemaUrl);
    const scopeGroup = out.open(RESOURCE_GROUP.scopes);
    const scope = out.open(SCOPE_GROUP.scope);
    out.string(SCOPE.name, SCOPE_NAME);
    out.close(scope);
    for (const { name, description, counts } of counted) {
      const points = [...(counts.get(id)?.values() ?? [])];
      writeMetric(out, { name, description, points, timeNs });
      items += points.length;
    }
    out.close(scopeGroup);
    out.close(group);
  }
  return { bytes: out.finish(), items };
}

interface Written {
  readonly name: string;
  readonly description: string;
  readonly points: readonly Counted[];
  readonly timeNs: bigint;
}

function writeMetric(out: ProtobufWriter, { name, description, points, timeNs }: Written): void {
  const metric = out.open(SCOPE_GROUP.items);
  out.string(METRIC.name, name);
  if (description !== '') out.string(METRIC.description, description);
  const sum = out.open(METRIC.sum);
  out.uint(METRIC_DATA.aggregationTemporality, DELTA);
  out.bool(METRIC_DATA.isMonotonic, true);
  for (const { attributes, count } of points) {
    const point = out.open(METRIC_DATA.dataPoints);
    out.fixed64(NUMBER_POINT.timeUnixNano, timeNs);
    out.fixed64(NUMBER_POINT.asInt, BigInt(count));
    for (const attribute of attributes) out.bytes(NUMBER_POINT.attributes, attribute);
    out.close(point);
  }
  out.close(sum);
  out.close(metric);
}
