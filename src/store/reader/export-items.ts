// Spans and log records of the store as OTLP again: `Export*ServiceRequest`s grouped by resource and scope.

import { encode } from '../../otlp/objects/encode.ts';
import type { LogRecord, Span } from '../../otlp/objects/types.ts';
import type { Engine } from '../contract.ts';
import { type Groups, readGroups } from './groups.ts';
import { LOG_COLUMNS, readLog } from './log-rows.ts';
import { RowBinaryReader } from './row-binary.ts';
import { readSpan, SPAN_COLUMNS, type StoredItem } from './span-rows.ts';

/** Items a request: small enough to be sent, large enough to be few. */
export const ITEMS_A_REQUEST = 2048;

export interface ExportOptions {
  /** Condition over the table's columns, as SQL: from literals that were quoted by src/sql. */
  readonly where: string;
  readonly signal?: AbortSignal | undefined;
  readonly itemsPerRequest?: number;
}

export interface ExportedRequest {
  /** An Export*ServiceRequest. */
  readonly bytes: Uint8Array;
  readonly items: number;
}

/** All spans that fit `where`, resource by resource. */
export async function* exportSpans(
  engine: Engine,
  options: ExportOptions,
): AsyncGenerator<ExportedRequest> {
  const groups = await groupsOf(engine, 'spans', options);
  const rows = select(engine, 'spans', SPAN_COLUMNS, 'StartTime', options, readSpan);
  for await (const items of batches(rows, options.itemsPerRequest ?? ITEMS_A_REQUEST)) {
    const resourceSpans = grouped<Span>(items, groups).map(({ scopes, ...resource }) => ({
      ...resource,
      scopeSpans: scopes.map(({ items: spans, ...scope }) => ({ ...scope, spans })),
    }));
    yield { bytes: encode('traces', { resourceSpans }), items: items.length };
  }
}

/** All log records that fit `where`, resource by resource. */
export async function* exportLogs(
  engine: Engine,
  options: ExportOptions,
): AsyncGenerator<ExportedRequest> {
  const groups = await groupsOf(engine, 'logs', options);
  const rows = select(engine, 'logs', LOG_COLUMNS, 'Time', options, readLog);
  for await (const items of batches(rows, options.itemsPerRequest ?? ITEMS_A_REQUEST)) {
    const resourceLogs = grouped<LogRecord>(items, groups).map(({ scopes, ...resource }) => ({
      ...resource,
      scopeLogs: scopes.map(({ items: logRecords, ...scope }) => ({ ...scope, logRecords })),
    }));
    yield { bytes: encode('logs', { resourceLogs }), items: items.length };
  }
}

const groupsOf = async (engine: Engine, table: string, options: ExportOptions): Promise<Groups> =>
  readGroups(
    engine,
    (column) => `SELECT DISTINCT ${column} FROM ${table} WHERE ${options.where}`,
    options.signal,
  );

function select<T>(
  engine: Engine,
  table: string,
  columns: readonly string[],
  time: string,
  { where, signal }: ExportOptions,
  row: (reader: RowBinaryReader) => T,
): AsyncGenerator<T> {
  const sql = `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where} ORDER BY ResourceId, ScopeId, ${time}`;
  return RowBinaryReader.rows(engine.query(sql, { format: 'RowBinary', signal }), row);
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export interface ScopeGroup<T> {
  readonly scope?: Groups['scopes'] extends ReadonlyMap<bigint, { readonly scope: infer S }>
    ? S
    : never;
  readonly schemaUrl: string;
  readonly items: T[];
}

export interface ResourceGroup<T> {
  readonly resource?: Groups['resources'] extends ReadonlyMap<
    bigint,
    { readonly resource: infer R }
  >
    ? R
    : never;
  readonly schemaUrl: string;
  readonly scopes: Array<ScopeGroup<T>>;
}

/** Items under their resources and scopes, in order of first appearance. */
export function grouped<T>(
  items: ReadonlyArray<StoredItem<T>>,
  { resources, scopes }: Groups,
): Array<ResourceGroup<T>> {
  const byResource = new Map<bigint, ResourceGroup<T>>();
  const byScope = new Map<string, ScopeGroup<T>>();
  for (const { resourceId, scopeId, item } of items) {
    let resource = byResource.get(resourceId);
    if (resource === undefined) {
      resource = { schemaUrl: '', ...resources.get(resourceId), scopes: [] };
      byResource.set(resourceId, resource);
    }
    const key = `${resourceId} ${scopeId}`;
    let scope = byScope.get(key);
    if (scope === undefined) {
      scope = { schemaUrl: '', ...scopes.get(scopeId), items: [] };
      byScope.set(key, scope);
      resource.scopes.push(scope);
    }
    scope.items.push(item);
  }
  return [...byResource.values()];
}
