// Span names by service, kind and peer, with rate, errors and quantiles.

import { and, column, equal, sql, text as quoted } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { f64, text, u64Number, u8 } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import type { ServiceDirectory, ServiceRef } from '../../core/service-directory.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { inMinutes, figuresOf, quantilesField } from './minutes.ts';

export interface OperationFigures {
  readonly service: ServiceRef;
  readonly operation: string;
  readonly kind: number;
  readonly peer: string;
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly totalNanos: number;
}

/** A service keeps 1,000 names an hour; the page shows those that took longest in all. */
const MAX_OPERATIONS = 1_000;

const sum = (name: string) => sql`sum(${column(name)})`;

export async function listOperations(
  scope: QueryScope,
  directory: ServiceDirectory,
  range: NanoRange,
  service: string | undefined,
): Promise<readonly OperationFigures[]> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Service: stored(text, 'Service'),
        Operation: stored(text, 'Operation'),
        Kind: stored(u8, 'Kind'),
        Peer: stored(text, 'Peer'),
        Requests: computed(u64Number, sum('Count')),
        WeightedSum: computed(f64, sum('Weighted')),
        WeightedErrorSum: computed(f64, sum('WeightedErrors')),
        Durations: quantilesField('DurationDigest'),
        Total: computed(f64, sum('DurationNanos')),
      },
      {
        from: table('operation_minutes'),
        where: and(
          inMinutes(range),
          ...(service === undefined ? [] : [equal(column('Service'), quoted(service))]),
        ),
        groupBy: ['Service', 'Operation', 'Kind', 'Peer'].map((name) => column(name)),
        orderBy: [{ expression: column('Total'), direction: 'DESC' }],
        limit: MAX_OPERATIONS,
      },
    ),
  );
  const ref = await directory.refs(
    scope,
    rows.map((row) => row.Service),
  );
  return rows.map((row) => ({
    service: ref(row.Service),
    operation: row.Operation,
    kind: row.Kind,
    peer: row.Peer,
    ...figuresOf(row, range),
    totalNanos: row.Total,
  }));
}
