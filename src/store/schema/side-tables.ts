// What rows refer to, and what makes look-ups cheap. Filled by the writer, once a slice, so that retention by slices
// never leaves a row without its resource.

import { attributes, dropped, slice } from './columns.ts';
import { hexOf } from './exporter-expressions.ts';
import type { Column, Table } from './table.ts';

const service: Column = { name: 'Service', type: 'LowCardinality(String)', text: 'service.name.' };

export const resources: Table = {
  name: 'resources',
  text: 'Resources by hash.',
  partition: 'slice',
  engine: 'ReplacingMergeTree',
  columns: [
    slice,
    { name: 'Id', type: 'UInt64', text: 'xxHash64 of the canonical form.' },
    service,
    ...attributes('Resource attributes.'),
    dropped('Attributes'),
    { name: 'SchemaUrl', type: 'LowCardinality(String)', text: 'schema_url of the ResourceSpans.' },
    { name: 'EntityRefs', type: 'Array(String)', text: 'entity_refs, each as protobuf bytes.' },
  ],
  orderBy: ['Id'],
};

export const scopes: Table = {
  name: 'scopes',
  text: 'Instrumentation scopes by hash.',
  partition: 'slice',
  engine: 'ReplacingMergeTree',
  columns: [
    slice,
    { name: 'Id', type: 'UInt64', text: 'xxHash64 of the canonical form.' },
    { name: 'Name', type: 'LowCardinality(String)', text: 'scope.name.' },
    { name: 'Version', type: 'LowCardinality(String)', text: 'scope.version.' },
    ...attributes('Scope attributes.'),
    dropped('Attributes'),
    { name: 'SchemaUrl', type: 'LowCardinality(String)', text: 'schema_url of the ScopeSpans.' },
  ],
  orderBy: ['Id'],
};

export const logStreams: Table = {
  name: 'log_streams',
  text: 'Sets of Loki index labels by hash.',
  partition: 'slice',
  engine: 'ReplacingMergeTree',
  columns: [
    slice,
    { name: 'Id', type: 'UInt64', text: 'xxHash64 of the canonical form of Labels.' },
    service,
    {
      name: 'Labels',
      type: 'Map(LowCardinality(String), String)',
      text: 'Attribute names as sent, sorted.',
    },
  ],
  orderBy: ['Id'],
};

export const traceTimes: Table = {
  name: 'trace_times',
  text: 'From a trace id to its time range, one row a block and trace.',
  partition: 'slice',
  engine: 'AggregatingMergeTree',
  columns: [
    slice,
    { name: 'TraceId', type: 'FixedString(16)', text: 'trace_id.' },
    {
      name: 'MinTime',
      type: 'SimpleAggregateFunction(min, UInt64)',
      codec: 'Delta(8), ZSTD(1)',
      text: 'First start, ns, rounded down to a second.',
    },
    {
      name: 'MaxTime',
      type: 'SimpleAggregateFunction(max, UInt64)',
      codec: 'Delta(8), ZSTD(1)',
      text: 'Last end, ns, rounded up to a second.',
    },
  ],
  orderBy: ['TraceId'],
  // Hex sorts as the bytes do: a minmax serves the view that shows ids as hex.
  indexes: [{ name: 'trace_hex', expression: hexOf('TraceId'), type: 'minmax', granularity: 1 }],
};

export const services: Table = {
  name: 'services',
  text: 'Services and outside peers, numbered in order of first arrival; a number is never used again.',
  partition: 'none',
  engine: 'ReplacingMergeTree',
  columns: [
    { name: 'Name', type: 'String', text: 'service.name, or the name of an outside peer.' },
    { name: 'Number', type: 'UInt32', text: 'From 0. Hue = (Number × 7) mod 16.' },
    { name: 'Outside', type: 'UInt8', text: '1: seen only as a peer so far.' },
    { name: 'FirstSeen', type: 'DateTime64(3)', text: 'First arrival.' },
  ],
  orderBy: ['Name'],
};

export const attributeKeys: Table = {
  name: 'attribute_keys',
  text: 'Keys for completion, counted by hour.',
  partition: 'slice',
  engine: 'SummingMergeTree',
  columns: [
    slice,
    { name: 'Hour', type: 'DateTime', text: 'Hour of arrival.' },
    { name: 'Signal', type: 'LowCardinality(String)', text: 'traces, metrics, logs.' },
    {
      name: 'Place',
      type: 'LowCardinality(String)',
      text: 'span, event, link, scope, resource, log, point.',
    },
    { name: 'Key', type: 'String', text: 'Attribute name.' },
    { name: 'Type', type: 'LowCardinality(String)', text: 'Type letter.' },
    { name: 'Count', type: 'UInt64', text: 'Items that carried it.' },
  ],
  orderBy: ['Signal', 'Place', 'Key', 'Type', 'Hour'],
};

export const attributeValues: Table = {
  name: 'attribute_values',
  text: 'Values for completion: up to 256 B each, 200 a key and hour, further ones under an empty value with Rest = 1.',
  partition: 'slice',
  engine: 'SummingMergeTree',
  columns: [
    slice,
    { name: 'Hour', type: 'DateTime', text: 'Hour of arrival.' },
    { name: 'Signal', type: 'LowCardinality(String)', text: 'traces, metrics, logs.' },
    { name: 'Place', type: 'LowCardinality(String)', text: 'As in attribute_keys.' },
    { name: 'Key', type: 'String', text: 'Attribute name.' },
    { name: 'Value', type: 'String', text: 'Value as text.' },
    { name: 'Rest', type: 'UInt8', text: '1: the values beyond the limit together.' },
    { name: 'Count', type: 'UInt64', text: 'Items that carried it.' },
  ],
  orderBy: ['Signal', 'Place', 'Key', 'Value', 'Rest', 'Hour'],
};
