// A trace that is not there: why, in the order of the checks the server made, and its log lines where there are some.

import { Link } from 'wouter';
import type { LogsAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl, type ApiFailure } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { count } from '../../../../src/base/format/number.ts';
import { paths } from '../../lib/url/paths.ts';

export function TraceMissing({ traceId, failure }: { traceId: string; failure: ApiFailure }) {
  const logs = useApi<LogsAnswer>(apiUrl('/logs', { trace: traceId, limit: 1 }));
  const lines = logs.data?.page.total ?? 0;
  return (
    <div className="em">
      <h1>
        <b>This trace is not stored.</b>
      </h1>
      <p>{failure.error.message}</p>
      {failure.error.suggestion === undefined ? null : <p>{failure.error.suggestion}</p>}
      <p className="mono t3">{traceId}</p>
      <div className="bar">
        {lines > 0 ? (
          <Link href={paths.logsOfTrace(traceId)}>
            Its {count(lines)} log {lines === 1 ? 'line' : 'lines'}
          </Link>
        ) : null}
        <Link href={paths.page('traces')}>All traces</Link>
      </div>
    </div>
  );
}
