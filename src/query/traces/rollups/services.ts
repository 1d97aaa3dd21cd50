// Services with rate, errors, quantiles, own time and wait; and the outside peers that they measure.

import { and, binary, column, float, sql, text as quoted } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { array, f64, text, u64Number } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import type { ServiceDirectory, ServiceRef } from '../../core/service-directory.ts';
import type { NanoRange } from '../../core/time-range.ts';
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

export interface ServiceFigures {
  readonly service: ServiceRef;
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p95Spark: Spark;
  readonly ownP95: number | null;
  readonly waitP95: number | null;
  readonly bar: readonly BarPart[];
  readonly waitsFor: ReadonlyArray<{ readonly peer: ServiceRef; readonly share: number }>;
  readonly measuredBy: readonly string[];
}

/** Peers named in the "waits for" column. */
const MAX_WAITS_FOR = 5;

const sum = (name: string) => sql`sum(${column(name)})`;
const counts = {
  Requests: computed(u64Number, sum('Count')),
  WeightedSum: computed(f64, sum('Weighted')),
  WeightedErrorSum: computed(f64, sum('WeightedErrors')),
};

export async function listServices(
  scope: QueryScope,
  directory: ServiceDirectory,
  range: NanoRange,
): Promise<readonly ServiceFigures[]> {
  const [own, outside] = await Promise.all([
    sendingServices(scope, directory, range),
    outsidePeers(scope, directory, range),
  ]);
  return [...own, ...outside];
}

async function sendingServices(
  scope: QueryScope,
  directory: ServiceDirectory,
  range: NanoRange,
): Promise<ServiceFigures[]> {
  const from = table('service_minutes');
  const where = inMinutes(range);
  const grid = sparkGrid(range);
  const [rows, steps, waits] = await Promise.all([
    fetchAll(
      scope,
      typedSelect(
        {
          Service: stored(text, 'Service'),
          ...counts,
          Durations: quantilesField('DurationDigest'),
          Owns: quantilesField('OwnDigest'),
          Waits: quantilesField('WaitDigest'),
          OwnSum: computed(f64, sum('OwnNanos')),
          WaitSum: computed(f64, sum('WaitNanos')),
        },
        { from, where, groupBy: [column('Service')] },
      ),
    ),
    fetchAll(
      scope,
      typedSelect(
        {
          Service: stored(text, 'Service'),
          Step: stepField(grid),
          Durations: quantilesField('DurationDigest'),
        },
        { from, where, groupBy: [column('Service'), column('Step')] },
      ),
    ),
    waitsByPeer(scope, range),
  ]);
  const sparks = new Sparks(grid.steps);
  for (const { Service, Step, Durations } of steps)
    sparks.put(Service, Step, quantileOf(Durations, 1));
  const names = rows
    .map((row) => row.Service)
    .concat([...waits.values()].flatMap((of) => of.map(({ peer }) => peer)));
  const ref = await directory.refs(scope, names);
  return rows
    .map((row): ServiceFigures => {
      const waited = waits.get(row.Service) ?? [];
      const all = waited.reduce((total, { nanos }) => total + nanos, 0);
      return {
        service: ref(row.Service),
        ...figuresOf(row, range),
        p95Spark: sparks.of(row.Service),
        ownP95: quantileOf(row.Owns, 1),
        waitP95: quantileOf(row.Waits, 1),
        bar: serviceBar(row.Service, row.OwnSum, row.WaitSum, waited),
        waitsFor: waited
          .slice(0, MAX_WAITS_FOR)
          .map(({ peer, nanos }) => ({ peer: ref(peer), share: nanos / all })),
        measuredBy: [],
      };
    })
    .sort((a, b) => (b.waitP95 ?? 0) - (a.waitP95 ?? 0));
}

interface Waited {
  readonly peer: string;
  readonly nanos: number;
}

/** By service, longest first. */
async function waitsByPeer(scope: QueryScope, range: NanoRange): Promise<Map<string, Waited[]>> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Service: stored(text, 'Service'),
        Peer: stored(text, 'Peer'),
        Sum: computed(f64, sum('Nanos')),
      },
      {
        from: table('wait_minutes'),
        where: inMinutes(range),
        groupBy: [column('Service'), column('Peer')],
        having: binary(column('Sum'), '>', float(0)),
        orderBy: [{ expression: column('Sum'), direction: 'DESC' }],
      },
    ),
  );
  const byService = new Map<string, Waited[]>();
  for (const { Service, Peer, Sum } of rows) {
    const list = byService.get(Service) ?? [];
    list.push({ peer: Peer, nanos: Sum });
    byService.set(Service, list);
  }
  return byService;
}

/** Calls overlap, so that peers' times may add up to more than the wait: they share it in proportion. */
function serviceBar(
  service: string,
  ownNanos: number,
  waitNanos: number,
  waited: readonly Waited[],
): BarPart[] {
  const all = waited.reduce((total, { nanos }) => total + nanos, 0);
  const own = { kind: 'own', service, peer: '', nanos: ownNanos };
  const waits =
    all === 0
      ? [{ kind: 'wait', service, peer: '', nanos: waitNanos }]
      : waited.map(({ peer, nanos }) => ({
          kind: 'wait',
          service,
          peer,
          nanos: (waitNanos * nanos) / all,
        }));
  const bar = barOf([own, ...waits]);
  return [...bar.filter(({ kind }) => kind === 'own'), ...bar.filter(({ kind }) => kind !== 'own')];
}

/** What services call and nobody traces: measured by the calls' spans. */
async function outsidePeers(
  scope: QueryScope,
  directory: ServiceDirectory,
  range: NanoRange,
): Promise<ServiceFigures[]> {
  const outside = (await directory.all(scope)).filter((service) => service.outside);
  if (outside.length === 0) return [];
  const from = table('operation_minutes');
  const where = and(inMinutes(range), binary(column('Peer'), '!=', quoted('')));
  const grid = sparkGrid(range);
  const [rows, steps] = await Promise.all([
    fetchAll(
      scope,
      typedSelect(
        {
          Peer: stored(text, 'Peer'),
          ...counts,
          Durations: quantilesField('DurationDigest'),
          Callers: computed(array(text), sql`arraySort(groupUniqArray(${column('Service')}))`),
        },
        { from, where, groupBy: [column('Peer')] },
      ),
    ),
    fetchAll(
      scope,
      typedSelect(
        {
          Peer: stored(text, 'Peer'),
          Step: stepField(grid),
          Durations: quantilesField('DurationDigest'),
        },
        { from, where, groupBy: [column('Peer'), column('Step')] },
      ),
    ),
  ]);
  const sparks = new Sparks(grid.steps);
  for (const { Peer, Step, Durations } of steps) sparks.put(Peer, Step, quantileOf(Durations, 1));
  const byName = new Map(outside.map((service) => [service.name, service]));
  return rows.flatMap((row): ServiceFigures[] => {
    const service = byName.get(row.Peer);
    if (service === undefined) return [];
    return [
      {
        service,
        ...figuresOf(row, range),
        p95Spark: sparks.of(row.Peer),
        ownP95: null,
        waitP95: null,
        bar: [],
        waitsFor: [],
        measuredBy: row.Callers,
      },
    ];
  });
}
