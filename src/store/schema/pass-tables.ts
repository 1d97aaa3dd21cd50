// What the trace pass writes: one row a closed trace, and roll-ups by minute.

import { nanos, slice } from './columns.ts';
import type { Column, Table } from './table.ts';

const DIGEST = 'AggregateFunction(quantilesTDigestWeighted(0.5, 0.95, 0.99), UInt64, UInt64)';
const minute: Column = { name: 'Minute', type: 'DateTime', text: 'Minute of the request’s start.' };
const low = (name: string, text: string): Column => ({
  name,
  type: 'LowCardinality(String)',
  text,
});
const sum = (name: string, type: 'UInt64' | 'Float64', text: string): Column => ({
  name,
  type: `SimpleAggregateFunction(sum, ${type})`,
  text,
});
const digest = (name: string, text: string): Column => ({ name, type: DIGEST, text });

export const traces: Table = {
  name: 'traces',
  text: 'Closed traces; the highest Revision counts.',
  partition: 'slice',
  engine: 'ReplacingMergeTree(Revision)',
  columns: [
    slice,
    { name: 'TraceId', type: 'FixedString(16)', text: 'trace_id.' },
    {
      name: 'Revision',
      type: 'UInt32',
      text: '1 when closed, one more for each time spans came later.',
    },
    nanos('StartTime', 'Start of the root, or of the earliest span.'),
    { name: 'Duration', type: 'UInt64', codec: 'T64, ZSTD(1)', text: 'Time to the answer, ns.' },
    { name: 'After', type: 'UInt64', text: 'Work after the answer, ns.' },
    low('Service', 'Service of the root.'),
    low('Endpoint', 'Endpoint of the root.'),
    { name: 'RootSpanId', type: 'FixedString(8)', text: 'Zeros: no root arrived.' },
    low('Status', 'HTTP or RPC status of the root as text, else empty.'),
    { name: 'Spans', type: 'UInt32', text: 'Spans counted.' },
    { name: 'Errors', type: 'UInt32', text: 'Spans with status ERROR.' },
    { name: 'RootError', type: 'UInt8', text: '1: the root has status ERROR.' },
    {
      name: 'Services',
      type: 'Array(LowCardinality(String))',
      text: 'Services that sent spans, sorted.',
    },
    { name: 'Complete', type: 'UInt8', text: '1: one root and no missing parent.' },
    { name: 'AdjustedCount', type: 'Float64', text: 'Traces this one stands for.' },
    low('Verdict', 'Short form of the sentence, for lists.'),
    {
      name: 'PartKinds',
      type: 'Array(LowCardinality(String))',
      text: 'own, wait, sleep, serial, none, rest.',
    },
    {
      name: 'PartServices',
      type: 'Array(LowCardinality(String))',
      text: 'Service that had the time.',
    },
    {
      name: 'PartPeers',
      type: 'Array(LowCardinality(String))',
      text: 'Whom it waited for, or empty.',
    },
    { name: 'PartOperations', type: 'Array(LowCardinality(String))', text: 'Span name.' },
    {
      name: 'PartNanos',
      type: 'Array(UInt64)',
      text: 'Time on the critical path; the sum is Duration.',
    },
    { name: 'PartCounts', type: 'Array(UInt32)', text: 'Stretches that make up the part.' },
  ],
  orderBy: ['TraceId'],
  indexes: [
    { name: 'start', expression: 'StartTime', type: 'minmax', granularity: 1 },
    { name: 'duration', expression: 'Duration', type: 'minmax', granularity: 1 },
  ],
};

const counts: readonly Column[] = [
  sum('Count', 'UInt64', 'Requests.'),
  sum('Weighted', 'Float64', 'Requests, weighted.'),
  sum('Errors', 'UInt64', 'Requests with status ERROR.'),
  sum('WeightedErrors', 'Float64', 'The same, weighted.'),
];

const rollup = (
  name: string,
  text: string,
  keys: readonly Column[],
  values: readonly Column[],
): Table => ({
  name,
  text,
  partition: 'slice',
  engine: 'AggregatingMergeTree',
  columns: [slice, minute, ...keys, ...values],
  orderBy: [...keys.map((key) => key.name), 'Minute'],
});

const serviceKey = low('Service', 'Service.');

export const serviceMinutes = rollup(
  'service_minutes',
  'Requests of each service by minute.',
  [serviceKey],
  [
    ...counts,
    digest('DurationDigest', 'Duration of requests, ns.'),
    digest('OwnDigest', 'Own time, ns.'),
    digest('WaitDigest', 'Wait, ns.'),
    sum('OwnNanos', 'Float64', 'Sum of own time, weighted.'),
    sum('WaitNanos', 'Float64', 'Sum of wait, weighted.'),
  ],
);

export const endpointMinutes = rollup(
  'endpoint_minutes',
  'Traces by the endpoint of their root, by minute.',
  [serviceKey, low('Endpoint', 'Endpoint.')],
  [
    ...counts,
    digest('DurationDigest', 'Time to the answer, ns.'),
    sum('DurationNanos', 'Float64', 'Sum, weighted.'),
  ],
);

export const operationMinutes = rollup(
  'operation_minutes',
  'Spans by service, name, kind and peer, by minute; beyond 1,000 names a service and hour: (other).',
  [
    serviceKey,
    low('Operation', 'Span name.'),
    { name: 'Kind', type: 'UInt8', text: 'SpanKind.' },
    low('Peer', 'Other side, or empty.'),
  ],
  [
    ...counts,
    digest('DurationDigest', 'Duration of spans, ns.'),
    sum('DurationNanos', 'Float64', 'Sum, weighted.'),
  ],
);

export const pathMinutes = rollup(
  'path_minutes',
  'Critical-path time of an endpoint’s traces by who had it, by minute.',
  [
    low('RootService', 'Service of the root.'),
    low('Endpoint', 'Endpoint of the root.'),
    serviceKey,
    low('Operation', 'Span name.'),
    low('Peer', 'Whom it waited for, or empty.'),
    low('PartKind', 'own, wait, sleep, serial, none, rest.'),
  ],
  [
    sum('Nanos', 'Float64', 'Weighted time on the critical path, ns.'),
    sum('Count', 'UInt64', 'Stretches.'),
  ],
);

export const waitMinutes = rollup(
  'wait_minutes',
  'Time of a service’s requests spent waiting, by whom for, by minute.',
  [serviceKey, low('Peer', 'Called service or outside peer.')],
  [sum('Nanos', 'Float64', 'Weighted time, ns.'), sum('Count', 'UInt64', 'Calls.')],
);
