// Keys made of several attributes: `name=value|name=value|`, as upstream writes them. Each attribute is looked for in the
// resource, then the scope, then the item, which is decoded for it: routing by attributes is the one that costs.

import type { Signal } from '../../../base/signal.ts';
import { type GroupTable, NONE } from '../../../otlp/index/group-table.ts';
import { MetricIndex } from '../../../otlp/index/metric-index.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type { AnyValue, KeyValue, LogRecord, Span } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import {
  exponentialPoint,
  histogramPoint,
  logRecord,
  numberPoint,
  resource as resourceSchema,
  scope as scopeSchema,
  span as spanSchema,
  summaryPoint,
} from '../../../otlp/schema.ts';
import type { Batch } from '../../../pipeline/batch.ts';

interface WithAttributes {
  readonly attributes: readonly KeyValue[];
}

const NOTHING: WithAttributes = { attributes: [] };
const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'] as const;
/** By MetricType. */
const POINTS = [
  numberPoint,
  numberPoint,
  numberPoint,
  histogramPoint,
  exponentialPoint,
  summaryPoint,
];

export function attributeKeys(batch: Batch, names: readonly string[]): (item: number) => string {
  const { bytes } = batch;
  const index: ReturnType<Batch['index']> = batch.index();
  const resources: WithAttributes[] = [];
  const scopes: WithAttributes[] = [];
  const groupOf = (table: GroupTable, group: number, known: WithAttributes[], isScope: boolean) =>
    (known[group] ??= groupMessage(bytes, table, group, isScope));
  return (item) => {
    const [resource, scope] = placeOf(index, item);
    const found = itemAt(batch, item);
    const inResource = groupOf(index.resources, resource, resources, false);
    const inScope = groupOf(index.scopes, scope, scopes, true);
    const valueOf = (name: string): AnyValue | undefined =>
      attribute(inResource, name) ??
      attribute(inScope, name) ??
      attribute(found, name) ??
      pseudo(batch.signal, found, name);
    return names.map((name) => `${name}=${valueText(valueOf(name))}|`).join('');
  };
}

const attribute = ({ attributes }: WithAttributes, name: string): AnyValue | undefined =>
  attributes.find(({ key }) => key === name)?.value;

/** Fields that upstream offers as attributes. */
function pseudo(signal: Signal, item: WithAttributes, name: string): AnyValue | undefined {
  if (signal === 'traces') {
    const { kind = 0, name: spanName = '' }: Partial<Span> = item;
    if (name === 'span.name') return { stringValue: spanName };
    if (name === 'span.kind') return { stringValue: KINDS[kind] ?? '' };
  }
  if (signal === 'logs') {
    const { severityText = '', body }: Partial<LogRecord> = item;
    if (name === 'log.severity') return { stringValue: severityText };
    if (name === 'log.body') return body;
  }
  return undefined;
}

function itemAt(batch: Batch, item: number): WithAttributes {
  const { bytes } = batch;
  const index: ReturnType<Batch['index']> = batch.index();
  const from = index.start[item] ?? 0;
  const to = index.end[item] ?? 0;
  if (batch.signal === 'traces') return decodeRange<Span>(spanSchema, bytes, from, to);
  if (batch.signal === 'logs') return decodeRange<LogRecord>(logRecord, bytes, from, to);
  const { metric, metrics } = batch.index();
  const schema = POINTS[metrics.type[metric[item] ?? 0] ?? 0] ?? numberPoint;
  return decodeRange<WithAttributes>(schema, bytes, from, to);
}

function groupMessage(
  bytes: Uint8Array,
  { innerStart, innerEnd }: GroupTable,
  group: number,
  isScope: boolean,
): WithAttributes {
  const from = innerStart[group] ?? NONE;
  if (from === NONE) return NOTHING;
  const schema = isScope ? scopeSchema : resourceSchema;
  return decodeRange<WithAttributes>(schema, bytes, from, innerEnd[group] ?? from);
}

function placeOf(index: ReturnType<Batch['index']>, item: number): readonly [number, number] {
  if (!(index instanceof MetricIndex)) return [index.resource[item] ?? 0, index.scope[item] ?? 0];
  const metric = index.metric[item] ?? 0;
  return [index.metrics.resource[metric] ?? 0, index.metrics.scope[metric] ?? 0];
}
