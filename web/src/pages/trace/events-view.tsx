// What spans recorded on their way, of all spans by time: exceptions and whatever a service noted. A click leads to the
// span with its events.

import type { Attribute } from '../../../../src/api/contract/common.ts';
import type {
  SpanEvent,
  TraceAnswer,
  TraceEventRow,
  TraceEventsAnswer,
} from '../../../../src/api/contract/traces.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { fullClock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { valueText } from '../../ui/attributes.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ServiceName } from '../../ui/service.tsx';
import { Busy, Failed, PartialLine, Skeleton } from '../../ui/states.tsx';
import { labelOf, serviceOfSpan } from './waterfall/labels.ts';
import './table-view.css';

export function EventsView({
  trace,
  indexOf,
  onSpan,
}: {
  trace: TraceAnswer;
  indexOf: ReadonlyMap<string, number>;
  onSpan: (span: number) => void;
}) {
  const none = trace.spans.events.every((count) => count === 0);
  const events = useApi<TraceEventsAnswer>(
    none ? null : apiUrl(`/trace/${encodeURIComponent(trace.traceId)}/events`),
  );
  if (none)
    return (
      <div className="logview">
        <div className="em">
          <b>No span of this trace recorded an event.</b>
          <p>Exceptions and notes that services add to their spans stand here.</p>
        </div>
      </div>
    );
  if (events.failure !== null) return <Failed failure={events.failure} retry={events.retry} />;
  return (
    <div className="logview events">
      <Busy query={events} what="the events" />
      {events.data === null ? (
        <Skeleton rows={6} />
      ) : (
        <>
          <PartialLine meta={events.data.meta} />
          <ul aria-label="Events of this trace">
            {events.data.rows.map((row, at) => (
              <EventLine
                key={`${row.spanId} ${row.event.time} ${String(at)}`}
                trace={trace}
                row={row}
                span={indexOf.get(row.spanId) ?? -1}
                onSpan={onSpan}
              />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function EventLine({
  trace,
  row: { event },
  span,
  onSpan,
}: {
  trace: TraceAnswer;
  row: TraceEventRow;
  span: number;
  onSpan: (span: number) => void;
}) {
  const [zone] = useZone();
  const since = Number(BigInt(event.time) - BigInt(trace.start));
  const failed = event.name === 'exception';
  return (
    <li>
      <span className="mono t2 num" title={fullClock(nanosToMillis(event.time), zone)}>
        {duration(since)}
      </span>
      <ServiceName service={serviceOfSpan(trace.spans, span)} plain />
      <button type="button" className="msg" disabled={span < 0} onClick={() => onSpan(span)}>
        <span className="t2">{span < 0 ? '' : labelOf(trace.spans, span).name}</span>{' '}
        {failed ? <Icon name="error" className="err" label="error" /> : null}{' '}
        <b className={failed ? 'err' : ''}>{event.name}</b> {summaryOf(event)}
      </button>
    </li>
  );
}

/** An exception is its type and message; of others the attributes, but for long ones. */
function summaryOf(event: SpanEvent): string {
  const of = (key: string): string => {
    const found = event.attributes.find((attribute) => attribute.key === key);
    return found === undefined ? '' : valueText(found.value);
  };
  if (event.name === 'exception')
    return [of('exception.type'), of('exception.message')].filter((text) => text !== '').join(': ');
  return event.attributes.filter(isShort).map(pair).join('  ');
}

const LONGEST = 120;
const isShort = ({ value }: Attribute): boolean => valueText(value).length <= LONGEST;
const pair = ({ key, value }: Attribute): string => `${key}=${valueText(value)}`;
