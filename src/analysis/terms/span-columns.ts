// Spans as columns: what every term, the critical path and the verdict read. One trace, or many beside each other (then a
// forest in which no span has a parent in another trace): 1,000,000 spans are a dozen arrays.
//
// Times are ns relative to `baseNanos`, the start of the first span without a parent id. They are exact up to 2^53 ns
// (104 days) from it, and may be negative. A span that ends before it starts counts as having no duration.

import { resolveParents } from './parents.ts';
import { summarizeQuery } from './query-summary.ts';
import { StringTable } from './string-table.ts';

export interface SpanColumns {
  readonly size: number;
  /** ns since the Unix epoch that `starts` and `ends` count from. */
  readonly baseNanos: bigint;
  readonly starts: Float64Array;
  /** Never before `starts`. */
  readonly ends: Float64Array;
  /** Index of the parent; -1: none. Without cycles. */
  readonly parents: Int32Array;
  /** ORIGIN_* of origin.ts. */
  readonly origins: Uint8Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  /** Indexes in `strings`, like all below. */
  readonly services: Int32Array;
  readonly names: Int32Array;
  /** What the span does, in the fewest words: its query's summary where there is one, else its name. */
  readonly operations: Int32Array;
  readonly endpoints: Int32Array;
  readonly peers: Int32Array;
  /** Query text of a database call, else 0. */
  readonly queries: Int32Array;
  /** `host.id`, `host.name` or what else tells machines apart; 0: not known. */
  readonly hosts: Int32Array;
  /** `service.instance.id`; 0: not known. */
  readonly instances: Int32Array;
  readonly strings: readonly string[];
}

/** A span as a row. Ids are hex; an empty parent id, or zeros, means none. */
export interface SpanRow {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly kind: number;
  readonly status: number;
  readonly service: string;
  readonly name: string;
  readonly endpoint: string;
  readonly peer: string;
  readonly query?: string | undefined;
  readonly host?: string | undefined;
  readonly instance?: string | undefined;
  /** Span ids of links that point into the same trace. */
  readonly links?: readonly string[] | undefined;
}

/** The columns of one trace. Index i is row i: nothing is left out or moved. */
export function buildSpanColumns(rows: readonly SpanRow[]): SpanColumns {
  const size = rows.length;
  const table = new StringTable();
  const column = (of: (row: SpanRow) => string | undefined): Int32Array =>
    Int32Array.from(rows, (row) => table.numberOf(of(row) ?? ''));
  const ids = rows.map((row) => idWords(row.spanId));
  const parentIds = rows.map((row) => idWords(row.parentSpanId));
  const root = rows.find((_, i) => isNone(parentIds[i])) ?? rows[0];
  const baseNanos = root?.startNanos ?? 0n;
  const starts = Float64Array.from(rows, (row) => Number(row.startNanos - baseNanos));
  const ends = Float64Array.from(rows, (row, i) =>
    Math.max(starts[i] ?? 0, Number(row.startNanos + row.durationNanos - baseNanos)),
  );
  const columns = {
    kinds: Uint8Array.from(rows, (row) => row.kind),
    statuses: Uint8Array.from(rows, (row) => row.status),
    services: column((row) => row.service),
    names: column((row) => row.name),
    operations: column((row) => operationOf(row)),
    endpoints: column((row) => row.endpoint),
    peers: column((row) => row.peer),
    queries: column((row) => row.query),
    hosts: column((row) => row.host),
    instances: column((row) => row.instance),
    starts,
    ends,
  };
  const resolved = resolveParents({
    ...columns,
    size,
    idHigh: Uint32Array.from(ids, ([high]) => high),
    idLow: Uint32Array.from(ids, ([, low]) => low),
    parentHigh: Uint32Array.from(parentIds, ([high]) => high),
    parentLow: Uint32Array.from(parentIds, ([, low]) => low),
    links: linksOf(rows),
  });
  return { size, baseNanos, ...columns, ...resolved, strings: table.strings };
}

function operationOf({ query, name }: SpanRow): string {
  if (query === undefined || query === '') return name;
  const { text } = summarizeQuery(query);
  return text === '' ? name : text;
}

type IdWords = readonly [high: number, low: number];

const isNone = (id: IdWords | undefined): boolean =>
  id === undefined || (id[0] === 0 && id[1] === 0);

function idWords(hex: string): IdWords {
  if (hex === '') return [0, 0];
  const padded = hex.padStart(16, '0');
  return [
    Number.parseInt(padded.slice(0, 8), 16) >>> 0,
    Number.parseInt(padded.slice(8), 16) >>> 0,
  ];
}

function linksOf(rows: readonly SpanRow[]): Map<number, readonly IdWords[]> {
  const links = new Map<number, readonly IdWords[]>();
  rows.forEach((row, i) => {
    if (row.links !== undefined && row.links.length > 0) links.set(i, row.links.map(idWords));
  });
  return links;
}
