// The slowest trace of a range, of one endpoint or of all.

import { boolean, column, equal, text } from '../../../sql/expression.ts';
import type { QueryScope } from '../../core/run.ts';
import type { NanoRange } from '../../core/time-range.ts';
import type { Recent } from './found.ts';
import { listTraces } from './list.ts';

export async function slowestTrace(
  scope: QueryScope,
  query: {
    readonly range: NanoRange;
    readonly endpoint: string | undefined;
    readonly recent: Recent;
  },
): Promise<string | undefined> {
  const { range, endpoint, recent } = query;
  const condition =
    endpoint === undefined ? boolean(true) : equal(column('Endpoint'), text(endpoint));
  const { rows } = await listTraces(scope, {
    range,
    condition,
    sort: 'duration',
    order: 'desc',
    limit: 1,
    cursor: undefined,
    recent,
  });
  return rows[0]?.traceId;
}
