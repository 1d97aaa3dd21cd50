// A line opened in place: everything that was sent with it, and the ways on from it.

import { Link } from 'wouter';
import type { LogLineAnswer, LogRow, LogsAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { count } from '../../../../src/base/format/number.ts';
import { millisToNanos, nanosToMillis } from '../../lib/format/time.ts';
import { andTerm } from '../../lib/filter/and-term.ts';
import { change, useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { AttributeList } from '../../ui/attributes.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Failed } from '../../ui/states.tsx';
import { TraceBrief } from '../../ui/trace-brief.tsx';
import { TraceIcon } from '../../ui/trace-icon.tsx';
import { AROUND, QUERY } from './logs-params.ts';

/** Where the line does not fit, it is shown whole. */
const LONG_CHARS = 140;
const LATE_MS = 1_000;

export function LineDetail({ row }: { row: LogRow }) {
  const line = useApi<LogLineAnswer>(apiUrl('/logs/line', { id: row.id }));
  const [query] = useParam(QUERY);
  const where = {
    noun: 'Lines',
    href: (term: string) => paths.page('logs', [['q', andTerm(query, term)]]),
  };
  const long = row.body.length > LONG_CHARS || row.body.includes('\n');
  return (
    <div className="det">
      {long ? <pre className="whole mono">{row.body}</pre> : null}
      {line.failure === null ? null : <Failed failure={line.failure} retry={line.retry} />}
      {row.traceId === '' ? null : <TraceLine row={row} line={line.data} />}
      {line.data === null ? null : (
        <>
          <AttributeList attributes={line.data.attributes} where={where} />
          <Facts line={line.data} />
          <details className="resource">
            <summary>
              Resource <span className="t3">{count(line.data.resource.length)} attributes</span>
            </summary>
            <AttributeList attributes={line.data.resource} where={where} />
          </details>
        </>
      )}
      <Ways row={row} line={line.data} />
    </div>
  );
}

function TraceLine({ row, line }: { row: LogRow; line: LogLineAnswer | null }) {
  return (
    <dl className="kv">
      <div className="attr">
        <dt>trace_id</dt>
        <dd>
          {line?.noTrace === 'not-stored' ? (
            row.traceId
          ) : (
            <Link href={paths.traceAt(row.traceId, row.spanId)}>
              {row.traceId.slice(0, 8)}…{row.traceId.slice(-4)}
            </Link>
          )}{' '}
          <span className="t2">
            <TraceBrief traceId={row.traceId} time={row.time} />
          </span>
          <span className="acts">
            <CopyButton className="btn quiet tight" text={row.traceId} label="Copy the trace id" />
          </span>
        </dd>
      </div>
    </dl>
  );
}

function Facts({ line }: { line: LogLineAnswer }) {
  const lateMs = nanosToMillis(line.observed) - nanosToMillis(line.row.time);
  const facts = [
    ...(line.attributes.length === 0 ? ['No attributes were sent with this line.'] : []),
    ...(lateMs > LATE_MS ? [`Received ${duration(lateMs * 1e6)} after it was written.`] : []),
    ...(line.scope.name === '' ? [] : [`Logger ${line.scope.name} ${line.scope.version}`.trim()]),
    ...(line.row.eventName === '' ? [] : [`Event ${line.row.eventName}`]),
  ];
  return facts.length === 0 ? null : <p className="t3 small">{facts.join(' · ')}</p>;
}

function Ways({ row, line }: { row: LogRow; line: LogLineAnswer | null }) {
  const service = `service = "${row.service.name}"`;
  return (
    <div className="ways">
      <TraceWay row={row} line={line} />
      <Link href={paths.page('logs', [change(AROUND, row.id)])}>
        Lines around it, this {row.service.name === '' ? 'sender' : 'service'}
      </Link>
      {row.traceId === '' ? null : <TraceLines row={row} />}
      {row.service.name === '' ? null : (
        <Link href={paths.page('logs', [['q', service]])}>All lines of {row.service.name}</Link>
      )}
    </div>
  );
}

function TraceWay({ row, line }: { row: LogRow; line: LogLineAnswer | null }) {
  if (row.traceId === '')
    return (
      <span className="t3">
        No trace: no span was active when it was written, as at start or in a timer.
      </span>
    );
  if (line?.noTrace === 'not-stored')
    return (
      <span className="t3">Its trace is not stored: not sent, sampled out, or no longer kept.</span>
    );
  return (
    <Link href={paths.traceAt(row.traceId, row.spanId)}>
      <TraceIcon /> Open at this moment in the trace
    </Link>
  );
}

/** Lines of one trace are looked for an hour to both sides. */
const TRACE_MS = 3_600_000;

function TraceLines({ row }: { row: LogRow }) {
  const at = nanosToMillis(row.time);
  const lines = useApi<LogsAnswer>(
    apiUrl('/logs', {
      trace: row.traceId,
      from: millisToNanos(at - TRACE_MS),
      to: millisToNanos(at + TRACE_MS),
      limit: 1,
    }),
  );
  return (
    <Link href={paths.logsOfTrace(row.traceId)}>
      Lines of this trace{' '}
      {lines.data === null ? null : <span className="t3">{count(lines.data.page.total)}</span>}
    </Link>
  );
}
