// The tabs of the detail panel.

import { Link } from 'wouter';
import type { LogRow } from '../../../../../src/api/contract/logs.ts';
import type { SpanAnswer, SpanEvent } from '../../../../../src/api/contract/traces.ts';
import { count } from '../../../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../../../lib/format/time.ts';
import { paths } from '../../../lib/url/paths.ts';
import { useZone } from '../../../lib/url/use-time-range.ts';
import { useNow } from '../../../lib/use-now.ts';
import { AttributeList } from '../../../ui/attributes.tsx';
import { LevelWord } from '../../../ui/level.tsx';

const STATUS_ERROR = 2;

const textOf = (event: SpanEvent, key: string): string => {
  const value = event.attributes.find((attribute) => attribute.key === key)?.value;
  return value?.t === 's' ? value.v : '';
};

/** The error of the span as it was recorded: its exception, else the status message. */
function ErrorBox({ span }: { span: SpanAnswer }) {
  const [zone] = useZone();
  const now = useNow();
  if (span.statusCode !== STATUS_ERROR) return null;
  const exception = span.events.find((event) => event.name === 'exception');
  const type = exception === undefined ? 'Error' : textOf(exception, 'exception.type');
  const message =
    exception === undefined ? span.statusMessage : textOf(exception, 'exception.message');
  const at = exception?.time ?? span.end;
  return (
    <div className="stack">
      <b className="err">{type === '' ? 'Error' : type}</b> at {clock(nanosToMillis(at), zone, now)}
      {message === '' ? '' : `\n${message}`}
    </div>
  );
}

const Dropped = ({ n, what }: { n: number; what: string }) =>
  n === 0 ? null : (
    <p className="small wrn">
      {count(n)} {what} dropped by the SDK before they were sent.
    </p>
  );

export function AttributesTab({ span }: { span: SpanAnswer }) {
  return (
    <>
      <ErrorBox span={span} />
      {span.attributes.length === 0 ? (
        <p className="small t3">This span carries no attributes.</p>
      ) : null}
      <AttributeList attributes={span.attributes} />
      <Dropped n={span.dropped.attributes} what="attributes were" />
      {span.links.length === 0 ? null : (
        <>
          <h3>Links</h3>
          <dl className="kv">
            {span.links.map((link) => (
              <LinkRow
                key={link.traceId + link.spanId}
                traceId={link.traceId}
                spanId={link.spanId}
              />
            ))}
          </dl>
          <Dropped n={span.dropped.links} what="links were" />
        </>
      )}
      <h3>Span</h3>
      <dl className="kv">
        <dt>span id</dt>
        <dd>{span.spanId}</dd>
        <dt>parent</dt>
        <dd>{span.parentSpanId === '' ? 'none' : span.parentSpanId}</dd>
        <dt>status</dt>
        <dd>
          {['unset', 'ok', 'error'][span.statusCode] ?? span.statusCode}
          {span.statusMessage === '' ? '' : `: ${span.statusMessage}`}
        </dd>
        {span.traceState === '' ? null : (
          <>
            <dt>trace state</dt>
            <dd>{span.traceState}</dd>
          </>
        )}
      </dl>
    </>
  );
}

function LinkRow({ traceId, spanId }: { traceId: string; spanId: string }) {
  return (
    <>
      <dt>{spanId.slice(0, 8)}</dt>
      <dd>
        <Link href={paths.traceAt(traceId, spanId)}>{traceId}</Link>
      </dd>
    </>
  );
}

export function LogsTab({ lines, span }: { lines: readonly LogRow[]; span: SpanAnswer }) {
  const [zone] = useZone();
  const now = useNow();
  if (lines.length === 0)
    return (
      <p className="small t3">
        No log line carries the id of this span
        {span.service.name === '' ? '' : ` of ${span.service.name}`}.
      </p>
    );
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line.id}>
          <span className="mono t3">{clock(nanosToMillis(line.time), zone, now)}</span>{' '}
          <LevelWord level={line.level} />
          <p className="mono">{line.body}</p>
        </li>
      ))}
    </ul>
  );
}

export function EventsTab({ span }: { span: SpanAnswer }) {
  const [zone] = useZone();
  const now = useNow();
  return (
    <>
      {span.events.length === 0 ? <p className="small t3">This span recorded no events.</p> : null}
      {span.events.map((event) => {
        const stack = textOf(event, 'exception.stacktrace');
        return (
          <section key={event.time + event.name} className="event">
            <h3>
              {event.name}{' '}
              <span className="mono t3">{clock(nanosToMillis(event.time), zone, now)}</span>
            </h3>
            {stack === '' ? null : <div className="stack">{stack}</div>}
            <AttributeList
              attributes={event.attributes.filter(
                (attribute) => attribute.key !== 'exception.stacktrace',
              )}
            />
            <Dropped n={event.droppedAttributes} what="attributes were" />
          </section>
        );
      })}
      <Dropped n={span.dropped.events} what="events were" />
    </>
  );
}

export function ResourceTab({ span }: { span: SpanAnswer }) {
  return (
    <>
      <AttributeList attributes={span.resource} />
      <h3>Scope</h3>
      <dl className="kv">
        <dt>name</dt>
        <dd>{span.scope.name === '' ? '–' : span.scope.name}</dd>
        <dt>version</dt>
        <dd>{span.scope.version === '' ? '–' : span.scope.version}</dd>
      </dl>
      <AttributeList attributes={span.scope.attributes} />
    </>
  );
}
