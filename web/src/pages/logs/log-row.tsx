// One line: time, level with its icon, service, message with what varies tinted, the way to its trace.

import { memo } from 'react';
import { Link } from 'wouter';
import type { LogRow } from '../../../../src/api/contract/logs.ts';
import { clockParts, fullClock, nanosToMillis, type Zone } from '../../lib/format/time.ts';
import { paths } from '../../lib/url/paths.ts';
import { LevelWord } from '../../ui/level.tsx';
import { ServiceName } from '../../ui/service.tsx';
import { TraceIcon } from '../../ui/trace-icon.tsx';
import { messagePieces } from './message-pieces.ts';

export interface LogRowProps {
  readonly row: LogRow;
  readonly zone: Zone;
  /** A day other than this moment's is written before the time. */
  readonly nowMs: number;
  readonly open: boolean;
  readonly marked: boolean;
  readonly tabStop: boolean;
  readonly onToggle: (row: LogRow) => void;
  readonly onFocus: (row: LogRow) => void;
}

export const LogLine = memo(function LogLine(props: LogRowProps) {
  const { row, zone, nowMs, open, marked } = props;
  const at = nanosToMillis(row.time);
  const { day, time } = clockParts(at, zone, nowMs);
  return (
    <div
      className={`lr${open ? ' open' : ''}${marked ? ' marked' : ''}`}
      onClick={(event) => {
        if (!leadsElsewhere(event.target)) props.onToggle(row);
      }}
    >
      <span className="mono t3 tm" title={fullClock(at, zone)}>
        {day === '' ? null : <span className="day">{day} </span>}
        {time}
      </span>
      <LevelWord level={row.level} />
      <span className="sv">
        <ServiceName service={row.service} plain />
      </span>
      <button
        type="button"
        className="msg"
        aria-expanded={open}
        tabIndex={props.tabStop ? 0 : -1}
        data-line={row.id}
        onFocus={() => props.onFocus(row)}
      >
        <Message row={row} />
      </button>
      <TraceCell row={row} />
    </div>
  );
});

/** Links act for themselves, and text that is being marked stays marked. */
const leadsElsewhere = (target: EventTarget): boolean =>
  (target instanceof Element && target.closest('a') !== null) ||
  window.getSelection()?.type === 'Range';

function Message({ row }: { row: LogRow }) {
  if (row.body === '')
    return row.eventName === '' ? (
      <span className="t3">empty line</span>
    ) : (
      <span className="t2">event {row.eventName}</span>
    );
  return messagePieces(row.body).map(({ from, text, varies }) =>
    varies ? <i key={from}>{text}</i> : <span key={from}>{text}</span>,
  );
}

function TraceCell({ row }: { row: LogRow }) {
  if (row.traceId === '')
    return (
      <span className="tr t3" title="Written outside any request: no span was active.">
        no trace
      </span>
    );
  const href =
    row.spanId === '' ? paths.trace(row.traceId) : paths.traceAt(row.traceId, row.spanId);
  return (
    <Link
      className="tr mono"
      href={href}
      tabIndex={-1}
      aria-label={`Open trace ${row.traceId.slice(0, 6)} at this line`}
    >
      <TraceIcon /> {row.traceId.slice(0, 6)}
    </Link>
  );
}
