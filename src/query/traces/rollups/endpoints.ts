// Endpoints: the roots of traces, by what people waited for them in all, with the mean critical path.

import { and, column, equal, float, sql, text as quoted } from '../../../sql/expression.ts';
import { derived, select, table } from '../../../sql/select.ts';
import { f64, text, traceId, u64Number } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import type { ServiceDirectory, ServiceRef } from '../../core/service-directory.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { currentTraces } from '../filter/plan-whole.ts';
import { type BarPart, barOf } from '../bar.ts';
import {
  inMinutes,
  quantileOf,
  quantilesField,
  figuresOf,
  type Spark,
  sparkGrid,
  Sparks,
  stepField,
} from './minutes.ts';

export interface EndpointFigures {
  readonly service: ServiceRef;
  readonly endpoint: string;
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p95Spark: Spark;
  readonly bar: readonly BarPart[];
  readonly mostIn: { readonly who: ServiceRef; readonly share: number } | null;
  readonly totalNanos: number;
  readonly slowestTrace: string | null;
}

/** More endpoints than a page shows; the ones left out are those that cost least. */
const MAX_ENDPOINTS = 500;

const keyOf = (service: string, endpoint: string): string => JSON.stringify([service, endpoint]);
const sum = (name: string) => sql`sum(${column(name)})`;
const KEY = { Service: stored(text, 'Service'), Endpoint: stored(text, 'Endpoint') };
const BY_KEY = [column('Service'), column('Endpoint')];

export async function listEndpoints(
  scope: QueryScope,
  directory: ServiceDirectory,
  range: NanoRange,
  limit: number = MAX_ENDPOINTS,
): Promise<readonly EndpointFigures[]> {
  const from = table('endpoint_minutes');
  const where = inMinutes(range);
  const grid = sparkGrid(range);
  const [rows, steps, paths, slowest] = await Promise.all([
    fetchAll(
      scope,
      typedSelect(
        {
          ...KEY,
          Requests: computed(u64Number, sum('Count')),
          WeightedSum: computed(f64, sum('Weighted')),
          WeightedErrorSum: computed(f64, sum('WeightedErrors')),
          Durations: quantilesField('DurationDigest'),
          Total: computed(f64, sum('DurationNanos')),
        },
        {
          from,
          where,
          groupBy: BY_KEY,
          orderBy: [{ expression: column('Total'), direction: 'DESC' }],
          limit,
        },
      ),
    ),
    fetchAll(
      scope,
      typedSelect(
        { ...KEY, Step: stepField(grid), Durations: quantilesField('DurationDigest') },
        { from, where, groupBy: [...BY_KEY, column('Step')] },
      ),
    ),
    criticalPaths(scope, range),
    slowestTraces(scope, range),
  ]);
  const sparks = new Sparks(grid.steps);
  for (const { Service, Endpoint, Step, Durations } of steps) {
    sparks.put(keyOf(Service, Endpoint), Step, quantileOf(Durations, 1));
  }
  const names = [...paths.values()].flatMap((parts) =>
    parts.flatMap(({ service, peer }) => [service, peer]),
  );
  const ref = await directory.refs(scope, [
    ...new Set([...rows.map((row) => row.Service), ...names]),
  ]);
  return rows.map((row): EndpointFigures => {
    const key = keyOf(row.Service, row.Endpoint);
    const parts = paths.get(key) ?? [];
    return {
      service: ref(row.Service),
      endpoint: row.Endpoint,
      ...figuresOf(row, range),
      p95Spark: sparks.of(key),
      bar: barOf(parts),
      mostIn: mostIn(parts, ref),
      totalNanos: row.Total,
      slowestTrace: slowest.get(key) ?? null,
    };
  });
}

interface PathPart {
  readonly kind: string;
  readonly service: string;
  readonly peer: string;
  readonly nanos: number;
}

async function criticalPaths(
  scope: QueryScope,
  range: NanoRange,
): Promise<Map<string, PathPart[]>> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        RootService: stored(text, 'RootService'),
        Endpoint: stored(text, 'Endpoint'),
        PartKind: stored(text, 'PartKind'),
        Service: stored(text, 'Service'),
        Peer: stored(text, 'Peer'),
        Sum: computed(f64, sum('Nanos')),
      },
      {
        from: table('path_minutes'),
        where: inMinutes(range),
        groupBy: ['RootService', 'Endpoint', 'PartKind', 'Service', 'Peer'].map((name) =>
          column(name),
        ),
      },
    ),
  );
  const paths = new Map<string, PathPart[]>();
  for (const row of rows) {
    const key = keyOf(row.RootService, row.Endpoint);
    const parts = paths.get(key) ?? [];
    parts.push({ kind: row.PartKind, service: row.Service, peer: row.Peer, nanos: row.Sum });
    paths.set(key, parts);
  }
  return paths;
}

/** Who had most of the time: whom a wait was for, else the service itself. */
function mostIn(
  parts: readonly PathPart[],
  ref: (name: string) => ServiceRef,
): { readonly who: ServiceRef; readonly share: number } | null {
  const byName = new Map<string, number>();
  let total = 0;
  for (const { kind, service, peer, nanos } of parts) {
    total += nanos;
    const who = kind === 'wait' && peer !== '' ? peer : service;
    if (who !== '') byName.set(who, (byName.get(who) ?? 0) + nanos);
  }
  const [most] = [...byName].sort((a, b) => b[1] - a[1]);
  return most === undefined || total === 0 ? null : { who: ref(most[0]), share: most[1] / total };
}

async function slowestTraces(scope: QueryScope, range: NanoRange): Promise<Map<string, string>> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        ...KEY,
        Slowest: computed(traceId, sql`argMax(${column('TraceId')}, ${column('Duration')})`),
      },
      { ...currentTraces(within(column('StartTime'), range)), groupBy: BY_KEY },
    ),
  );
  return new Map(rows.map((row) => [keyOf(row.Service, row.Endpoint), row.Slowest]));
}

/** The trace of an endpoint whose duration is nearest to a value. */
export async function traceNear(
  scope: QueryScope,
  range: NanoRange,
  of: { readonly service: string; readonly endpoint: string; readonly duration: number },
): Promise<string | undefined> {
  const where = and(
    within(column('StartTime'), range),
    equal(column('Service'), quoted(of.service)),
    equal(column('Endpoint'), quoted(of.endpoint)),
  );
  const distance = sql`abs(toFloat64(${column('Duration')}) - ${float(of.duration)})`;
  const inner = select({
    columns: [column('TraceId'), column('Duration')],
    ...currentTraces(where),
  });
  const rows = await fetchAll(
    scope,
    typedSelect(
      { TraceId: stored(traceId, 'TraceId') },
      {
        from: derived(inner),
        orderBy: [
          { expression: distance, direction: 'ASC' },
          { expression: column('TraceId'), direction: 'ASC' },
        ],
        limit: 1,
      },
    ),
  );
  return rows[0]?.TraceId;
}
