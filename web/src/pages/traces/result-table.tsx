// The found traces. Sorted on the server over the whole range; pages by cursor; Enter or a click opens one.

import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { TraceRow, TracesAnswer } from '../../../../src/api/contract/traces.ts';
import { count } from '../../../../src/base/format/number.ts';
import { clockParts, fullClock, nanosToMillis, zoneName } from '../../lib/format/time.ts';
import { useKeys } from '../../lib/keyboard.ts';
import { rememberList } from '../../lib/trace-list.ts';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon } from '../../ui/icon.tsx';
import { Duration } from '../../ui/measure.tsx';
import { Chip } from '../../ui/service.tsx';
import { SplitBar } from '../../ui/split-bar.tsx';
import { CURSOR, PAGE, SORT } from './traces-params.ts';
import '../../ui/table.css';

export const PAGE_SIZE = 50;

const ORDER_WORDS: Readonly<Record<string, readonly [ascending: string, descending: string]>> = {
  start: ['oldest first', 'newest first'],
  duration: ['shortest first', 'longest first'],
  spans: ['fewest spans first', 'most spans first'],
  errors: ['fewest errors first', 'most errors first'],
  endpoint: ['by endpoint', 'by endpoint, backwards'],
};

export function ResultTable({ answer, inArea }: { answer: TracesAnswer; inArea: boolean }) {
  const [sort] = useParam(SORT);
  const [selected, setSelected] = useState(-1);
  const [, navigate] = useLocation();
  const now = useNow();
  const { rows, page, meta } = answer;
  const open = (row: TraceRow | undefined): void => {
    if (row === undefined) return;
    rememberList(rows.map((one) => one.traceId));
    navigate(paths.trace(row.traceId));
  };
  const step = (by: number): void => {
    const next = Math.min(Math.max(0, selected + by), rows.length - 1);
    setSelected(next);
    document.querySelector<HTMLElement>(`[data-trace="${String(next)}"]`)?.focus();
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => open(rows[selected]),
  });
  const longest = rows.reduce((most, row) => Math.max(most, row.duration), 1);
  const words = ORDER_WORDS[sort.replace('-', '')]?.[sort.startsWith('-') ? 1 : 0] ?? '';
  return (
    <>
      <div className="bar">
        <h2>Traces</h2>
        <span className="hint">
          {count(page.total, meta.estimated)} {inArea ? 'in the selection' : 'found'}, {words} over
          the whole range
        </span>
        <span className="grow" />
        <Pager answer={answer} />
      </div>
      <div className="scroll">
        <table className="tbl traces">
          <Head />
          <tbody>
            {rows.map((row, at) => (
              <tr
                key={row.traceId}
                data-trace={at}
                className="go"
                tabIndex={at === Math.max(0, selected) ? 0 : -1}
                aria-selected={at === selected}
                onFocus={() => setSelected(at)}
                onClick={() => open(row)}
              >
                <Cells row={row} longest={longest} now={now} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Head() {
  const [zone] = useZone();
  return (
    <thead>
      <tr>
        <SortHead column="start">Started, {zoneName(zone)}</SortHead>
        <SortHead column="endpoint">Endpoint</SortHead>
        <SortHead column="duration" numeric>
          Duration
        </SortHead>
        <th className="only-wide pathcol">Critical path</th>
        <th className="only-wide extra">Verdict</th>
        <SortHead column="spans" numeric wide>
          Spans
        </SortHead>
        <SortHead column="errors" numeric wide>
          Errors
        </SortHead>
        <th className="only-wide">Trace</th>
      </tr>
    </thead>
  );
}

function Cells({ row, longest, now }: { row: TraceRow; longest: number; now: number }) {
  const [zone] = useZone();
  const at = nanosToMillis(row.start);
  const { day, time } = clockParts(at, zone, now);
  return (
    <>
      <td className="num t2 started" title={fullClock(at, zone)}>
        {day === '' ? null : <span className="only-wide">{day} </span>}
        {time}
      </td>
      <td className="endpointcell">
        <Chip service={row.service} />{' '}
        <Link
          className="rowlink"
          href={paths.trace(row.traceId)}
          tabIndex={-1}
          title={row.service.name}
        >
          {row.endpoint === '' ? 'no root yet' : row.endpoint}
        </Link>
        {row.arriving && (!row.complete || row.bar.length === 0) ? (
          <span className="tag" title="Spans may still come.">
            still receiving
          </span>
        ) : row.complete ? null : (
          <span className="tag wrn" title="The root or a parent did not arrive.">
            <Icon name="warn" /> incomplete
          </span>
        )}
      </td>
      <td className="num">
        <b>
          <Duration nanos={row.duration} />
        </b>
      </td>
      <td className="only-wide pathcol">
        <SplitBar parts={row.bar} width={(row.duration / longest) * 100} />
      </td>
      <td className="t2 only-wide extra verdictcell" title={row.verdict}>
        {row.verdict}
      </td>
      <td className="num only-wide">{count(row.spans)}</td>
      <td className={row.errors > 0 ? 'num err only-wide' : 'num t3 only-wide'}>
        {row.errors > 0 ? (
          <Icon
            name="error"
            className="inl"
            label={row.rootError ? 'the request failed' : 'errors inside'}
          />
        ) : null}{' '}
        {count(row.errors)}
      </td>
      <td className="t3 mono only-wide tiny">{row.traceId.slice(0, 6)}</td>
    </>
  );
}

function SortHead({
  column,
  numeric = false,
  wide = false,
  children,
}: {
  column: string;
  numeric?: boolean;
  wide?: boolean;
  children: React.ReactNode;
}) {
  const [sort] = useParam(SORT);
  const set = useSetParams();
  const on = sort.replace('-', '') === column;
  const descending = sort.startsWith('-');
  const next = on
    ? descending
      ? column
      : `-${column}`
    : column === 'endpoint'
      ? column
      : `-${column}`;
  return (
    <th
      className={`${numeric ? 'num' : ''} ${wide ? 'only-wide' : ''}`}
      {...(on
        ? { 'aria-sort': descending ? ('descending' as const) : ('ascending' as const) }
        : {})}
    >
      <button
        type="button"
        className="sorter"
        onClick={() => set([change(SORT, next), change(CURSOR, ''), change(PAGE, '1')])}
      >
        {children}
      </button>
    </th>
  );
}

function Pager({ answer }: { answer: TracesAnswer }) {
  const [pageText] = useParam(PAGE);
  const set = useSetParams();
  const page = Math.max(1, Number(pageText) || 1);
  const first = (page - 1) * PAGE_SIZE + 1;
  const { nextCursor, total } = answer.page;
  if (total <= PAGE_SIZE && page === 1) return null;
  return (
    <>
      <span className="t3 mono tiny">
        {count(first)}–{count(first + answer.rows.length - 1)} of{' '}
        {count(total, answer.meta.estimated)}
      </span>
      <button
        type="button"
        className="btn quiet small"
        disabled={page === 1}
        onClick={() =>
          page === 2 ? set([change(CURSOR, ''), change(PAGE, '1')]) : window.history.back()
        }
      >
        Previous
      </button>
      <button
        type="button"
        className="btn small"
        disabled={nextCursor === null}
        onClick={() => set([change(CURSOR, nextCursor ?? ''), change(PAGE, String(page + 1))])}
      >
        Next
      </button>
    </>
  );
}
