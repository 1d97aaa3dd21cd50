// Rows for store tests, inserted as VALUES. What a row leaves out takes the column's default.

import {
  DB_SYSTEM_KEYS,
  HTTP_METHOD_KEYS,
  HTTP_ROUTE_KEYS,
  HTTP_STATUS_KEYS,
  PEER_KEYS,
  RPC_METHOD_KEYS,
  RPC_SERVICE_KEYS,
  RPC_STATUS_KEYS,
} from '../../../base/semconv.ts';
import {
  array,
  boolean,
  type Expression,
  fixed,
  float,
  integer,
  sql,
  text,
} from '../../../sql/expression.ts';
import { printExpression } from '../../../sql/print.ts';
import { quoteIdentifier } from '../../../sql/literal.ts';
import type { Engine } from '../../../store/contract.ts';
import { spans } from '../../../store/schema/spans.ts';
import { TABLES } from '../../../store/schema/tables.ts';

export type SeedValue =
  | string
  | number
  | bigint
  | boolean
  | readonly SeedValue[]
  | { readonly float: number }
  | { readonly hex: string }
  | { readonly pairs: ReadonlyArray<readonly [string, string]> }
  | { readonly sql: Expression };

export type SeedRow = Readonly<Record<string, SeedValue>>;

export async function seed(engine: Engine, table: string, rows: readonly SeedRow[]): Promise<void> {
  // VALUES knows no DEFAULT: rows with the same columns go together.
  const groups = Map.groupBy(rows, (row) => Object.keys(row).join());
  for (const group of groups.values()) await insertAlike(engine, table, group);
}

async function insertAlike(engine: Engine, table: string, rows: readonly SeedRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const known = TABLES.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
  const unknown = columns.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${table} has no ${unknown.join(', ')}`);
  const values = rows.map(
    (row) => `(${columns.map((name) => printExpression(literal(row[name] ?? ''))).join(', ')})`,
  );
  await engine.execute(
    `INSERT INTO ${quoteIdentifier(table)} (${columns.map(quoteIdentifier).join(', ')}) VALUES ${values.join(', ')}`,
  );
}

function literal(value: SeedValue): Expression {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return boolean(value);
  if (typeof value === 'number' || typeof value === 'bigint') return integer(value);
  if ('float' in value) return float(value.float);
  if ('hex' in value) return fixed(Uint8Array.from(Buffer.from(value.hex, 'hex')));
  if ('sql' in value) return value.sql;
  if ('pairs' in value) {
    const [keys, texts] = [
      value.pairs.map(([key]) => text(key)),
      value.pairs.map(([, v]) => text(v)),
    ];
    return sql`CAST(mapFromArrays(CAST(${array(...keys)}, 'Array(LowCardinality(String))'), CAST(${array(...texts)}, 'Array(String)')), 'Map(LowCardinality(String), String)')`;
  }
  return array(...value.map(literal));
}

// ---- spans ----

export interface SeedSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly service: string;
  readonly name: string;
  readonly kind?: number;
  readonly start: bigint;
  readonly duration: number;
  readonly status?: number;
  readonly attributes?: Readonly<
    Record<string, string | number | boolean | { readonly d: number }>
  >;
  readonly resource?: bigint;
  readonly scope?: bigint;
  readonly receivedAtMs?: number;
  readonly more?: SeedRow;
}

export const traceHex = (n: number): string => n.toString(16).padStart(32, '0');
export const spanHex = (n: number): string => n.toString(16).padStart(16, '0');

/** What the writer finds among the attributes (src/store/writer/span-terms.ts). */
function termsOf({ kind = 1, parent, name, attributes = {} }: SeedSpan): SeedRow {
  const textOf = (key: string): string => {
    const found = attributes[key] ?? '';
    return typeof found === 'object' ? String(found.d) : String(found);
  };
  const value = (keys: readonly string[]): string =>
    keys.map(textOf).find((text) => text !== '') ?? '';
  const isRequest = kind === 2 || kind === 5 || parent === undefined;
  const isCall = kind === 3 || kind === 4;
  const [method, route] = [value(HTTP_METHOD_KEYS), value(HTTP_ROUTE_KEYS)];
  const [service, call] = [value(RPC_SERVICE_KEYS), value(RPC_METHOD_KEYS)];
  const http = method === '' || route === '' ? '' : `${method} ${route}`;
  const rpc = service === '' || call === '' ? '' : `${service}/${call}`;
  return {
    Endpoint: isRequest ? http || rpc || name : '',
    Outcome: isRequest ? value([...HTTP_STATUS_KEYS, ...RPC_STATUS_KEYS]) : '',
    Peer: isCall ? value([...DB_SYSTEM_KEYS, ...PEER_KEYS]) : '',
  };
}

export async function seedSpans(engine: Engine, list: readonly SeedSpan[]): Promise<void> {
  const end = (span: SeedSpan): bigint => span.start + BigInt(Math.max(0, span.duration));
  await seed(
    engine,
    'trace_times',
    list.map((span) => ({
      Slice: 0,
      TraceId: { hex: span.trace },
      MinTime: span.start,
      MaxTime: end(span),
    })),
  );
  await seed(
    engine,
    spans.name,
    list.map((span) => {
      const receivedMs = span.receivedAtMs ?? Number(span.start / 1_000_000n) + 1000;
      const entries = Object.entries(span.attributes ?? {});
      return {
        Slice: Math.floor(receivedMs / 3_600_000) * 3600,
        ReceivedAt: { sql: sql`fromUnixTimestamp64Milli(${integer(receivedMs)}, 'UTC')` },
        StartTime: span.start,
        TraceId: { hex: span.trace },
        SpanId: { hex: span.id },
        ParentSpanId: { hex: span.parent ?? '0'.repeat(16) },
        Name: span.name,
        Kind: span.kind ?? 1,
        Service: span.service,
        ResourceId: span.resource ?? 0n,
        ScopeId: span.scope ?? 0n,
        Duration: span.duration,
        StatusCode: span.status ?? 0,
        AdjustedCount: { float: 1 },
        Attributes: {
          pairs: entries.map(([key, value]) => [
            key,
            typeof value === 'object' ? String(value.d) : String(value),
          ]),
        },
        AttributeTypes: entries.map(([, value]) => letter(value)).join(''),
        ...termsOf(span),
        ...span.more,
      };
    }),
  );
}

const letter = (value: string | number | boolean | { readonly d: number }): string =>
  typeof value === 'object'
    ? 'd'
    : typeof value === 'number'
      ? 'i'
      : typeof value === 'boolean'
        ? 'b'
        : 's';

/** An engine that keeps the SQL it is sent. */
export function listening(engine: Engine): { readonly engine: Engine; readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    engine: {
      execute: async (statement, options) => await engine.execute(statement, options),
      query: (statement, options) => {
        sent.push(statement);
        return engine.query(statement, options);
      },
      insertBlock: async (insert) => await engine.insertBlock(insert),
      ping: async () => await engine.ping(),
      get state() {
        return engine.state;
      },
      close: async () => await engine.close(),
    },
  };
}

/** The bracketed SELECT of a statement that begins with `start`. */
export function subquery(statement: string, start: string): string {
  const from = statement.indexOf(start);
  let depth = 0;
  for (let at = from; at < statement.length; at++) {
    if (statement[at] === '(') depth += 1;
    if (statement[at] === ')' && --depth < 0) return statement.slice(from, at);
  }
  return statement.slice(from);
}
