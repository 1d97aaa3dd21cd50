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
import type { LogRecord } from '../../../otlp/objects/types.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import type { DefaultLabels } from './config.ts';
import { formatOf, rawLabels, remaining, streamLabels, tenantOf } from './labels.ts';
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

/** @param nowNanos for records without any time. */
export function sortIntoStreams(
  bytes: Uint8Array,
  defaults: DefaultLabels,
  nowNanos: bigint,
): Sorted {
  const tenants = new Map<string, TenantStreams>();
  const left = new Map<string, number>();
  const leave = (why: string): void => void left.set(why, (left.get(why) ?? 0) + 1);
  for (const { resource, scopeLogs } of decode('logs', bytes).resourceLogs) {
    for (const { scope = NO_SCOPE, logRecords } of scopeLogs) {
      for (const record of logRecords) {
        const described = {
          attributes: record.attributes,
          resource: resource?.attributes ?? [],
          severityNumber: record.severityNumber,
        };
        const labels = rawLabels(described, defaults);
        const stream = streamLabels(labels);
        if (stream.size === 0) {
          leave('no label is left for its stream');
          continue;
        }
        const format = formatOf(described);
        const line = lineOf(format, {
          record,
          attributes: remaining(described.attributes, labels),
          resource: remaining(described.resource, labels),
          scope,
        });
        if (line === undefined) {
          leave(`loki.format is ${JSON.stringify(format)}, not json, logfmt or raw`);
          continue;
        }
        const timeNanos = timeOf(record) || nowNanos;
        add(tenants, tenantOf(described), labelText(stream), { timeNanos, line });
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
