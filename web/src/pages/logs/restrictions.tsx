// What the lines are restricted to besides the filter: one trace or one span, as a link from there set it.

import { Link } from 'wouter';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { Icon } from '../../ui/icon.tsx';
import { TraceIcon } from '../../ui/trace-icon.tsx';
import { SPAN, TRACE } from './logs-params.ts';

export function Restrictions() {
  const [trace] = useParam(TRACE);
  const [span] = useParam(SPAN);
  const set = useSetParams();
  if (trace === '' && span === '') return null;
  return (
    <div className="bar restrictions">
      {trace === '' ? null : (
        <span className="tag">
          only trace <span className="mono">{trace.slice(0, 8)}</span>
          <button
            type="button"
            className="btn quiet tight"
            aria-label="Lines of all traces"
            onClick={() => set([change(TRACE, ''), change(SPAN, '')])}
          >
            <Icon name="close" />
          </button>
        </span>
      )}
      {span === '' ? null : (
        <span className="tag">
          only span <span className="mono">{span.slice(0, 8)}</span>
          <button
            type="button"
            className="btn quiet tight"
            aria-label="Lines of all spans"
            onClick={() => set([change(SPAN, '')])}
          >
            <Icon name="close" />
          </button>
        </span>
      )}
      {trace === '' ? null : (
        <Link
          className="btn quiet small"
          href={span === '' ? paths.trace(trace) : paths.traceAt(trace, span)}
        >
          <TraceIcon /> Open the trace
        </Link>
      )}
    </div>
  );
}
