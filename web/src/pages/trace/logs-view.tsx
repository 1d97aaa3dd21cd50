// The log lines of this trace, by time; a click leads to the span that wrote the line.

import { Link } from 'wouter';
import type { LogRow, LogsAnswer } from '../../../../src/api/contract/logs.ts';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import type { Query } from '../../lib/api/use-api.ts';
import { count } from '../../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { LevelWord } from '../../ui/level.tsx';
import { ServiceName } from '../../ui/service.tsx';
import { Busy, Failed } from '../../ui/states.tsx';
import './table-view.css';

export function LogsView({
  trace,
  lines,
  logs,
  onSpan,
}: {
  trace: TraceAnswer;
  lines: readonly LogRow[];
  logs: Query<LogsAnswer>;
  onSpan: (span: number) => void;
}) {
  const [zone] = useZone();
  const now = useNow();
  if (logs.failure !== null) return <Failed failure={logs.failure} retry={logs.retry} />;
  if (trace.logs === 0)
    return (
      <div className="logview">
        <div className="em">
          <b>No log line carries the id of this trace.</b>
          <p>
            Lines are joined by trace_id; a logger without the context of the request writes none.
          </p>
        </div>
      </div>
    );
  return (
    <div className="logview">
      <Busy query={logs} what="the log lines" />
      <ul aria-label="Log lines of this trace">
        {lines.map((line) => (
          <li key={line.id}>
            <span className="mono t2">{clock(nanosToMillis(line.time), zone, now)}</span>
            <LevelWord level={line.level} />
            <ServiceName service={line.service} plain />
            <button
              type="button"
              className="msg"
              onClick={() => {
                const span = trace.spans.spanId.indexOf(line.spanId);
                if (span >= 0) onSpan(span);
              }}
            >
              {line.body}
            </button>
          </li>
        ))}
      </ul>
      <p className="small t3">
        {lines.length < trace.logs
          ? `First ${count(lines.length)} of ${count(trace.logs)} lines. `
          : ''}
        <Link href={paths.logsOfTrace(trace.traceId)}>Open in Logs</Link>
      </p>
    </div>
  );
}
