// A batch of log records as push requests of Loki: one for each tenant, in it one stream for each set of labels.

import { labelText } from '../../../base/loki/label-text.ts';
import {
  ENTRY,
  NANOS_PER_SECOND,
  PUSH_REQUEST,
  STREAM,
  TIMESTAMP,
} from '../../../base/loki/push-fields.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { KeyValue, LogRecord } from '../../../otlp/objects/types.ts';
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
const NO_RESOURCE: { readonly attributes: readonly KeyValue[] } = { attributes: [] };
const NO_LABELS = '{}';

interface KnownStream {
  readonly labels: string;
  /** What of the resource goes into the lines. */
  readonly resource: readonly KeyValue[];
}

/** The streams of one resource: most of its records have the labels of another one. */
class KnownStreams {
  readonly #resource: readonly KeyValue[];
  readonly #known = new Map<string, KnownStream>();

  constructor(resource: readonly KeyValue[]) {
    this.#resource = resource;
  }

  of(labels: RawLabels): KnownStream {
    let key = '';
    for (const [name, value] of labels) key += `${name}\0${value}\0`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = {
        labels: labelText(streamLabels(labels)),
        resource: remaining(this.#resource, labels),
      };
      this.#known.set(key, found);
    }
    return found;
  }
}

/** @param nowNanos for records without any time. */
export function sortIntoStreams(
  bytes: Uint8Array,
  defaults: DefaultLabels,
  nowNanos: bigint,
): Sorted {
  const tenants = new Map<string, TenantStreams>();
  const left = new Map<string, number>();
  const leave = (why: string): void => void left.set(why, (left.get(why) ?? 0) + 1);
  for (const { resource: { attributes: resource } = NO_RESOURCE, scopeLogs } of decode(
    'logs',
    bytes,
  ).resourceLogs) {
    const known = new KnownStreams(resource);
    for (const { scope = NO_SCOPE, logRecords } of scopeLogs) {
      for (const record of logRecords) {
        const { attributes, severityNumber } = record;
        const described = { attributes, resource, severityNumber };
        const labels = rawLabels(described, defaults);
        const stream = known.of(labels);
        if (stream.labels === NO_LABELS) {
          leave('no label is left for its stream');
          continue;
        }
        const format = formatOf(described);
        const rest = remaining(attributes, labels);
        const parts = { record, attributes: rest, resource: stream.resource, scope };
        const line = lineOf(format, parts);
        if (line === undefined) {
          leave(`loki.format is ${JSON.stringify(format)}, not json, logfmt or raw`);
          continue;
        }
        const timeNanos = timeOf(record) || nowNanos;
        add(tenants, tenantOf(described), stream.labels, { timeNanos, line });
      }
    }
  }
  return { tenants, left };
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
