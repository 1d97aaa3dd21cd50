// Which request this is, how long it took, how much of it is here.

import { Link } from 'wouter';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { absolute, apiUrl } from '../../lib/api/client.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { count } from '../../../../src/base/format/number.ts';
import { ago, clock, fullClock, nanosToMillis, zoneName } from '../../lib/format/time.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ServiceName } from '../../ui/service.tsx';

export function TraceHeader({
  trace,
  onNextError,
}: {
  trace: TraceAnswer;
  onNextError: () => void;
}) {
  const [zone] = useZone();
  const at = nanosToMillis(trace.start);
  const now = useNow(1000);
  return (
    <div className="in head">
      <h1>
        <Link className="t3 up" href={paths.page('traces')}>
          Traces
        </Link>
        <span className="t3">/</span>
        <ServiceName service={trace.rootService} plain />
        <span className="clip">{trace.endpoint}</span>
      </h1>
      {trace.status === '' ? null : <span className="tag">{trace.status}</span>}
      <span>
        <b className="mono">{duration(trace.duration)}</b>{' '}
        {trace.arriving ? 'so far' : 'to the answer'}
      </span>
      <i className="sep only-wide" />
      {trace.after > 0 ? (
        <>
          <span className="only-wide roomy">
            + <b className="mono">{duration(trace.after)}</b> after it
          </span>
          <i className="sep only-wide roomy" />
        </>
      ) : null}
      <Extent trace={trace} />
      <i className="sep only-wide" />
      {trace.errors > 0 ? (
        <>
          <button
            type="button"
            className="btn link err errs"
            onClick={onNextError}
            title="Go to the next error (e)"
          >
            <Icon name="error" />
            <b className="mono err">{count(trace.errors)}</b>{' '}
            {trace.errors === 1 ? 'error' : 'errors'}
          </button>
          <i className="sep only-wide" />
        </>
      ) : null}
      <span title={`${ago(at, now)}, ${fullClock(at, zone)}`}>
        {clock(at, zone, now)} <span className="t3">{zoneName(zone)}</span>
      </span>
      <Completeness trace={trace} />
      <span className="grow" />
      <Ways trace={trace} />
    </div>
  );
}

/** How much of it is here. */
function Extent({ trace }: { trace: TraceAnswer }) {
  return (
    <span className="only-wide">
      <b className="mono">{count(trace.spans.count)}</b>{' '}
      {trace.spans.count === 1 ? 'span' : 'spans'},{' '}
      <b className="mono">{count(trace.serviceCount)}</b>{' '}
      {trace.serviceCount === 1 ? 'service' : 'services'}
      {trace.outsideCount > 0 ? (
        <>
          {' '}
          + <b className="mono">{count(trace.outsideCount)}</b> outside
        </>
      ) : null}
    </span>
  );
}

function Ways({ trace }: { trace: TraceAnswer }) {
  return (
    <>
      <CopyButton
        className="btn quiet mono only-wide tid"
        text={trace.traceId}
        label={`${trace.traceId.slice(0, 8)}: copy the trace id`}
      >
        {trace.traceId.slice(0, 8)}
      </CopyButton>
      <a
        className="btn quiet icon only-wide"
        aria-label="Open as OTLP JSON"
        title="Open as OTLP JSON"
        href={absolute(apiUrl('/export', { trace: trace.traceId, format: 'json' }))}
        target="_blank"
        rel="noreferrer"
      >
        <Icon name="braces" />
      </a>
    </>
  );
}

function Completeness({ trace }: { trace: TraceAnswer }) {
  if (trace.arriving)
    return (
      <span
        className="tag wrn"
        title="Spans of this trace came within the last seconds; the page follows them."
      >
        <Icon name="clock" /> still arriving
      </span>
    );
  return trace.complete ? (
    <span className="tag okc only-wide" title="The root and every parent arrived.">
      <Icon name="ok" /> complete
    </span>
  ) : (
    <span
      className="tag wrn"
      title="The root or the parent of some span did not arrive; notes stand where it shows."
    >
      <Icon name="warn" /> incomplete
    </span>
  );
}
