import {
  ATTRIBUTES_TYPE,
  attributes,
  dropped,
  marks,
  nanos,
  receivedAt,
  slice,
} from './columns.ts';
import { hexOf, timestampIndex } from './exporter-expressions.ts';
import type { Table } from './table.ts';

export const spans: Table = {
  name: 'spans',
  text: 'One row a span.',
  partition: 'slice',
  engine: 'MergeTree',
  columns: [
    slice,
    receivedAt,
    nanos('StartTime', 'start_time_unix_nano.'),
    { name: 'TraceId', type: 'FixedString(16)', text: 'trace_id.' },
    { name: 'SpanId', type: 'FixedString(8)', text: 'span_id.' },
    { name: 'ParentSpanId', type: 'FixedString(8)', text: 'parent_span_id; zeros: none.' },
    { name: 'TraceState', type: 'String', text: 'trace_state as sent.' },
    { name: 'Flags', type: 'UInt32', text: 'flags.' },
    { name: 'Name', type: 'LowCardinality(String)', text: 'name.' },
    {
      name: 'Kind',
      type: 'UInt8',
      text: 'SpanKind: 1 INTERNAL, 2 SERVER, 3 CLIENT, 4 PRODUCER, 5 CONSUMER.',
    },
    { name: 'Service', type: 'LowCardinality(String)', text: 'service.name of the resource.' },
    { name: 'ResourceId', type: 'UInt64', text: 'resources.Id.' },
    { name: 'ScopeId', type: 'UInt64', text: 'scopes.Id.' },
    {
      name: 'Duration',
      type: 'Int64',
      codec: 'T64, ZSTD(1)',
      text: 'end − start in ns, modulo 2^64 as two’s complement; end = StartTime + Duration exactly.',
    },
    { name: 'StatusCode', type: 'UInt8', text: '0 UNSET, 1 OK, 2 ERROR.' },
    { name: 'StatusMessage', type: 'String', text: 'status.message.' },
    {
      name: 'AdjustedCount',
      type: 'Float64',
      text: 'How many spans this one stands for, from `ot=th`; 1 when unknown.',
    },
    marks,
    ...attributes('Span attributes.'),
    dropped('Attributes'),
    { name: 'EventTimes', type: 'Array(UInt64)', text: 'events[].time_unix_nano.' },
    { name: 'EventNames', type: 'Array(LowCardinality(String))', text: 'events[].name.' },
    { name: 'EventAttributes', type: `Array(${ATTRIBUTES_TYPE})`, text: 'events[].attributes.' },
    {
      name: 'EventAttributeTypes',
      type: 'Array(LowCardinality(String))',
      text: 'Type letters of each event.',
    },
    {
      name: 'EventDroppedAttributes',
      type: 'Array(UInt32)',
      text: 'events[].dropped_attributes_count.',
    },
    dropped('Events'),
    { name: 'LinkTraceIds', type: 'Array(FixedString(16))', text: 'links[].trace_id.' },
    { name: 'LinkSpanIds', type: 'Array(FixedString(8))', text: 'links[].span_id.' },
    { name: 'LinkTraceStates', type: 'Array(String)', text: 'links[].trace_state.' },
    { name: 'LinkFlags', type: 'Array(UInt32)', text: 'links[].flags.' },
    { name: 'LinkAttributes', type: `Array(${ATTRIBUTES_TYPE})`, text: 'links[].attributes.' },
    {
      name: 'LinkAttributeTypes',
      type: 'Array(LowCardinality(String))',
      text: 'Type letters of each link.',
    },
    {
      name: 'LinkDroppedAttributes',
      type: 'Array(UInt32)',
      text: 'links[].dropped_attributes_count.',
    },
    dropped('Links'),
    {
      name: 'Endpoint',
      type: 'LowCardinality(String)',
      text: 'Endpoint of a request’s span, else empty.',
    },
    {
      name: 'Peer',
      type: 'LowCardinality(String)',
      text: 'Other side of a CLIENT or PRODUCER span, else empty.',
    },
    {
      name: 'Outcome',
      type: 'LowCardinality(String)',
      text: 'HTTP or RPC status of a request’s span, else empty.',
    },
  ],
  orderBy: ['Service', 'Name', 'intDiv(StartTime, 1000000000)'],
  // The block that brought a row stays known through merges: passes read what is new exactly once.
  settings: { enable_block_number_column: 1 },
  indexes: [
    { name: 'trace', expression: 'TraceId', type: 'bloom_filter(0.001)', granularity: 1 },
    // For the views of exporter-views.ts, which show ids as hex and times as DateTime64.
    timestampIndex('StartTime'),
    {
      name: 'trace_hex',
      expression: hexOf('TraceId'),
      type: 'bloom_filter(0.025)',
      granularity: 1,
      late: true,
    },
    { name: 'start', expression: 'StartTime', type: 'minmax', granularity: 1 },
    { name: 'received', expression: 'ReceivedAt', type: 'minmax', granularity: 1 },
    { name: 'duration', expression: 'Duration', type: 'minmax', granularity: 1 },
    {
      name: 'attribute',
      expression:
        'arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))',
      type: 'bloom_filter(0.025)',
      granularity: 1,
    },
  ],
};
