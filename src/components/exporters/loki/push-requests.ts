// A batch of log records as push requests of Loki: one for each tenant, in it one stream for each set of labels.

import { labelText } from '../../../base/loki/label-text.ts';
import {
  ENTRY,
  NANOS_PER_SECOND,
  PUSH_REQUEST,
  STREAM,
  TIMESTAMP,
} from '../../../base/loki/push-fields.ts';
import type { LogBatch } from '../../../otlp/batch.ts';
import { type GroupTable, NONE } from '../../../otlp/index/group-table.ts';
import type { LogIndex } from '../../../otlp/index/log-index.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type {
  InstrumentationScope,
  KeyValue,
  LogRecord,
  Resource,
} from '../../../otlp/objects/types.ts';
import {
  logRecord as LOG_RECORD,
  type MessageSchema,
  resource as RESOURCE,
  scope as SCOPE,
} from '../../../otlp/schema.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import type { DefaultLabels } from './config.ts';
import {
  formatOf,
  type RawLabels,
  rawLabels,
  remaining,
  streamLabels,
  tenantOf,
} from './labels.ts';
import { lineOf } from './line.ts';

export interface Entry {
  readonly timeNanos: bigint;
  readonly line: string;
}

export interface TenantStreams {
  items: number;
  /** By labels as text. */
  readonly streams: Map<string, Entry[]>;
}

export interface Sorted {
  /** By name; empty for records without a tenant. */
  readonly tenants: ReadonlyMap<string, TenantStreams>;
  /** Records that Loki could not take: why, and how many. */
  readonly left: ReadonlyMap<string, number>;
}

const NO_SCOPE = { name: '', version: '' };
const NO_LABELS = '{}';

interface KnownStream {
  readonly labels: string;
  /** What of the resource goes into the lines. */
  readonly resource: readonly KeyValue[];
}

/** The streams of one resource: most of its records have the labels of another one. */
class KnownStreams {
  readonly resource: readonly KeyValue[];
  readonly #known = new Map<string, KnownStream>();

  constructor(resource: readonly KeyValue[]) {
    this.resource = resource;
  }

  of(labels: RawLabels): KnownStream {
    let key = '';
    for (const [name, value] of labels) key += `${name}\0${value}\0`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = {
        labels: labelText(streamLabels(labels)),
        resource: remaining(this.resource, labels),
      };
      this.#known.set(key, found);
    }
    return found;
  }
}

/** @param nowNanos for records without any time. */
export function sortIntoStreams(
  batch: Pick<LogBatch, 'bytes' | 'index'>,
  defaults: DefaultLabels,
  nowNanos: bigint,
): Sorted {
  const tenants = new Map<string, TenantStreams>();
  const left = new Map<string, number>();
  const leave = (why: string): void => void left.set(why, (left.get(why) ?? 0) + 1);
  for (const { record, resource, scope, streams } of recordsOf(batch.bytes, batch.index())) {
    const { attributes, severityNumber } = record;
    const described = { attributes, resource, severityNumber };
    const labels = rawLabels(described, defaults);
    const stream = streams.of(labels);
    if (stream.labels === NO_LABELS) {
      leave('no label is left for its stream');
      continue;
    }
    const format = formatOf(described);
    const rest = remaining(attributes, labels);
    const line = lineOf(format, { record, attributes: rest, resource: stream.resource, scope });
    if (line === undefined) {
      leave(`loki.format is ${JSON.stringify(format)}, not json, logfmt or raw`);
      continue;
    }
    const timeNanos = timeOf(record) || nowNanos;
    add(tenants, tenantOf(described), stream.labels, { timeNanos, line });
  }
  return { tenants, left };
}

interface Placed {
  readonly record: LogRecord;
  readonly resource: readonly KeyValue[];
  readonly scope: typeof NO_SCOPE;
  readonly streams: KnownStreams;
}

/** One record at a time: what was read of one is garbage before the next, and never grows old. */
function* recordsOf(bytes: Uint8Array, index: LogIndex): Generator<Placed> {
  const decoded = <T>(schema: MessageSchema, table: GroupTable, group: number): T | undefined => {
    const from = table.innerStart[group] ?? NONE;
    const to = table.innerEnd[group] ?? from;
    return from === NONE ? undefined : decodeRange<T>(schema, bytes, from, to);
  };
  const resources = new Map<number, KnownStreams>();
  const scopes = new Map<number, typeof NO_SCOPE>();
  for (let at = 0; at < index.count; at++) {
    const group = index.resource[at] ?? NONE;
    let streams = resources.get(group);
    if (streams === undefined) {
      const resource = decoded<Resource>(RESOURCE, index.resources, group);
      resources.set(group, (streams = new KnownStreams(resource?.attributes ?? [])));
    }
    const inner = index.scope[at] ?? NONE;
    let scope = scopes.get(inner);
    if (scope === undefined) {
      scope = decoded<InstrumentationScope>(SCOPE, index.scopes, inner) ?? NO_SCOPE;
      scopes.set(inner, scope);
    }
    const from = index.start[at] ?? 0;
    const record = decodeRange<LogRecord>(LOG_RECORD, bytes, from, index.end[at] ?? from);
    yield { record, resource: streams.resource, scope, streams };
  }
}

const timeOf = ({ timeUnixNano, observedTimeUnixNano }: LogRecord): bigint =>
  timeUnixNano || observedTimeUnixNano;

function add(
  tenants: Map<string, TenantStreams>,
  name: string,
  labels: string,
  entry: Entry,
): void {
  const tenant = tenants.get(name) ?? { items: 0, streams: new Map<string, Entry[]>() };
  tenants.set(name, tenant);
  tenant.items++;
  const entries = tenant.streams.get(labels);
  if (entries === undefined) tenant.streams.set(labels, [entry]);
  else entries.push(entry);
}

/** Protobuf, not packed. */
export function writePushRequest({ streams }: TenantStreams): Uint8Array {
  const writer = new ProtobufWriter();
  for (const [labels, entries] of streams) {
    const stream = writer.open(PUSH_REQUEST.streams);
    writer.string(STREAM.labels, labels);
    for (const { timeNanos, line } of entries) {
      const entry = writer.open(STREAM.entries);
      const time = writer.open(ENTRY.timestamp);
      writer.int64(TIMESTAMP.seconds, timeNanos / NANOS_PER_SECOND);
      writer.uint(TIMESTAMP.nanos, Number(timeNanos % NANOS_PER_SECOND));
      writer.close(time);
      writer.string(ENTRY.line, line);
      writer.close(entry);
    }
    writer.close(stream);
  }
  return writer.finish();
}
