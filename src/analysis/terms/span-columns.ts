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

/** Spans as columns before anything is known about their tree. Texts are indexes in `strings`; 0 is the empty one. */
export interface RawSpans {
  readonly size: number;
  /** ns since the epoch that `starts` count from: best the root's start, near it they are exact. */
  readonly baseNanos: bigint;
  readonly starts: Float64Array;
  readonly durations: Float64Array;
  /** Ids as two words; zero in both: none. */
  readonly idHigh: Uint32Array;
  readonly idLow: Uint32Array;
  readonly parentHigh: Uint32Array;
  readonly parentLow: Uint32Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly services: Int32Array;
  readonly names: Int32Array;
  readonly endpoints: Int32Array;
  readonly peers: Int32Array;
  readonly queries: Int32Array;
  readonly hosts: Int32Array;
  readonly instances: Int32Array;
  readonly links: ReadonlyMap<number, readonly IdWords[]>;
  readonly strings: readonly string[];
}

/** The columns of one trace. Index i is raw span i: nothing is left out or moved. */
export function spanColumns(raw: RawSpans): SpanColumns {
  const { size, parentHigh, parentLow } = raw;
  let root = 0;
  while (root < size && ((parentHigh[root] ?? 0) !== 0 || (parentLow[root] ?? 0) !== 0)) root++;
  const base = raw.starts[root] ?? raw.starts[0] ?? 0;
  const starts = raw.starts.map((start) => start - base);
  const ends = starts.map((start, i) => Math.max(start, start + (raw.durations[i] ?? 0)));
  const strings = [...raw.strings];
  const { kinds, statuses, services, names, endpoints, peers, queries, hosts, instances } = raw;
  const resolved = resolveParents({ ...raw, starts, ends });
  return {
    size,
    baseNanos: raw.baseNanos + BigInt(base),
    starts,
    ends,
    ...resolved,
    kinds,
    statuses,
    services,
    names,
    operations: operationsOf(raw, strings),
    endpoints,
    peers,
    queries,
    hosts,
    instances,
    strings,
  };
}

/** Summaries of queries are added to `strings`: each query is looked at once. */
function operationsOf({ size, names, queries }: RawSpans, strings: string[]): Int32Array {
  const operations = new Int32Array(size);
  const known = new Map<number, number>();
  const numbers = new Map(strings.map((text, number) => [text, number]));
  const summaryOf = (query: number): number => {
    const { text } = summarizeQuery(strings[query] ?? '');
    const number = numbers.get(text) ?? strings.push(text) - 1;
    numbers.set(text, number);
    known.set(query, number);
    return number;
  };
  for (let span = 0; span < size; span++) {
    const query = queries[span] ?? 0;
    const summary = query === 0 ? 0 : (known.get(query) ?? summaryOf(query));
    operations[span] = summary === 0 ? (names[span] ?? 0) : summary;
  }
  return operations;
}

/** The columns of one trace from rows. */
export function buildSpanColumns(rows: readonly SpanRow[]): SpanColumns {
  const table = new StringTable();
  const column = (of: (row: SpanRow) => string | undefined): Int32Array =>
    Int32Array.from(rows, (row) => table.numberOf(of(row) ?? ''));
  const ids = rows.map((row) => idWords(row.spanId));
  const parentIds = rows.map((row) => idWords(row.parentSpanId));
  const root = rows.find((_, i) => isNone(parentIds[i])) ?? rows[0];
  const baseNanos = root?.startNanos ?? 0n;
  return spanColumns({
    size: rows.length,
    baseNanos,
    starts: Float64Array.from(rows, (row) => Number(row.startNanos - baseNanos)),
    durations: Float64Array.from(rows, (row) => Number(row.durationNanos)),
    idHigh: Uint32Array.from(ids, ([high]) => high),
    idLow: Uint32Array.from(ids, ([, low]) => low),
    parentHigh: Uint32Array.from(parentIds, ([high]) => high),
    parentLow: Uint32Array.from(parentIds, ([, low]) => low),
    kinds: Uint8Array.from(rows, (row) => row.kind),
    statuses: Uint8Array.from(rows, (row) => row.status),
    services: column((row) => row.service),
    names: column((row) => row.name),
    endpoints: column((row) => row.endpoint),
    peers: column((row) => row.peer),
    queries: column((row) => row.query),
    hosts: column((row) => row.host),
    instances: column((row) => row.instance),
    links: linksOf(rows),
    strings: table.strings,
  });
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
