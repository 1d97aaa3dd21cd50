// Where the time of one request went: header, sentence, parts, ribbon, minimap, waterfall with the throughline.

import { useEffect } from 'react';
import type { LogsAnswer } from '../../../../src/api/contract/logs.ts';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Busy, Cancelled, Failed, Skeleton } from '../../ui/states.tsx';
import { TraceMissing } from './trace-missing.tsx';
import { TraceView } from './trace-view.tsx';
import './trace.css';

const ARRIVING_POLL_MS = 1500;
/** Lines shown in place; the Logs page has all of them. */
const MOST_LINES = 1000;

export function TracePage({ traceId }: { traceId: string }) {
  const id = encodeURIComponent(traceId.toLowerCase());
  const trace = useApi<TraceAnswer>(apiUrl(`/trace/${id}`));
  const hasLogs = (trace.data?.logs ?? 0) > 0;
  const logs = useApi<LogsAnswer>(
    hasLogs ? apiUrl('/logs', { trace: traceId, order: 'asc', limit: MOST_LINES }) : null,
  );
  const { data } = trace;
  if (data !== null) learnServices(data.spans.services);
  useTitle(data === null ? 'Trace' : `${data.endpoint} ${duration(data.duration)}`);
  const arriving = data?.arriving === true;
  const { retry } = trace;
  useEffect(() => {
    if (!arriving) return;
    const timer = setInterval(() => {
      if (!document.hidden) retry();
    }, ARRIVING_POLL_MS);
    return () => clearInterval(timer);
  }, [arriving, retry]);

  if (data === null)
    return (
      <main id="main" className="page" aria-busy={trace.loading}>
        <Busy query={trace} what="the trace" />
        {trace.failure === null ? (
          trace.cancelled ? (
            <Cancelled retry={retry} />
          ) : (
            <Skeleton rows={16} />
          )
        ) : trace.failure.status === 404 ? (
          <TraceMissing traceId={traceId} failure={trace.failure} />
        ) : (
          <Failed failure={trace.failure} retry={retry} />
        )}
      </main>
    );
  return (
    <main id="main" className="trace" aria-busy={trace.loading}>
      {arriving ? null : <Busy query={trace} what="the trace" />}
      <TraceView trace={data} lines={logs.data?.rows ?? []} logs={logs} />
    </main>
  );
}
