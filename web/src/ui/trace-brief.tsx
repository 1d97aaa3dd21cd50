// A trace in a few words, where a log line or an exemplar leads to it: endpoint, duration, errors.

import type { TracesAnswer } from '../../../src/api/contract/traces.ts';
import { apiUrl } from '../lib/api/client.ts';
import { useApi } from '../lib/api/use-api.ts';
import { duration } from '../../../src/base/format/duration.ts';
import { count } from '../../../src/base/format/number.ts';
import { millisToNanos, nanosToMillis } from '../lib/format/time.ts';

/** A trace begins at most so long before a line of it, and is stored at most so long after. */
const AROUND_MS = 3_600_000;

export function TraceBrief({ traceId, time }: { traceId: string; time: string }) {
  const at = nanosToMillis(time);
  const { data } = useApi<TracesAnswer>(
    apiUrl('/traces', {
      q: `trace = ${traceId}`,
      from: millisToNanos(at - AROUND_MS),
      to: millisToNanos(at + AROUND_MS),
      limit: 1,
    }),
  );
  const row = data?.rows[0];
  if (row === undefined) return null;
  return (
    <>
      {row.endpoint === '' ? 'no root yet' : row.endpoint}, {duration(row.duration)}
      {row.complete ? '' : ' so far'}
      {row.errors === 0 ? '' : `, ${count(row.errors)} ${row.errors === 1 ? 'error' : 'errors'}`}
    </>
  );
}
