// The lines of the search, and above them those that come in while live.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Level, LogRow } from '../../../../src/api/contract/logs.ts';
import { count } from '../../../../src/base/format/number.ts';
import { useParam } from '../../lib/url/params.ts';
import { useWide } from '../../lib/use-wide.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon } from '../../ui/icon.tsx';
import {
  Busy,
  Cancelled,
  Empty,
  Failed,
  PartialLine,
  Skeleton,
  type Nouns,
} from '../../ui/states.tsx';
import { LinkedLine } from './linked-line.tsx';
import { ListTools } from './list-tools.tsx';
import { LogList } from './log-list.tsx';
import { LINE, WRAP } from './logs-params.ts';
import type { LogPages } from './use-log-pages.ts';
import type { Tail } from './use-tail.ts';

const NOUNS: Nouns = { many: 'log lines', command: 'OTEL_LOGS_EXPORTER=otlp' };

export interface LinesProps {
  readonly pages: LogPages;
  readonly live: boolean;
  readonly tail: Tail;
  readonly totals: ReadonlyMap<Level, number>;
  /** The query line says what is wrong with the query. */
  readonly queryFails: boolean;
  readonly onTakeOut: (term: string) => void;
}

export function LinesSection(props: LinesProps) {
  const { pages, live, tail } = props;
  const { query, loaded } = pages;
  const nowMs = useNow(1_000);
  const rows = useMemo(
    () => (live ? merged(tail.state.rows, pages.rows) : pages.rows),
    [live, tail.state.rows, pages.rows],
  );
  const first = loaded?.pages[0];
  return (
    <section className="lines" aria-label="Lines">
      <ListTools
        live={live}
        tail={tail}
        shown={pages.rows.length}
        total={first?.page.total ?? 0}
        estimated={first?.meta.estimated ?? false}
        totals={props.totals}
        nowMs={nowMs}
      />
      {live ? <Waiting tail={tail} /> : null}
      <Busy query={query} what="log lines" />
      {query.failure === null || props.queryFails ? null : (
        <Failed failure={query.failure} retry={query.retry} />
      )}
      {first === undefined ? <BeforeFirst {...props} /> : <Found {...props} rows={rows} />}
    </section>
  );
}

function BeforeFirst({ pages, queryFails }: LinesProps) {
  if (pages.query.cancelled) return <Cancelled retry={pages.query.retry} />;
  return pages.query.failure === null && !queryFails ? <Skeleton rows={18} height={24} /> : null;
}

function Found({ pages, live, onTakeOut, rows }: LinesProps & { rows: readonly LogRow[] }) {
  const [line, setLine] = useParam(LINE);
  const [wrap] = useParam(WRAP);
  const wide = useWide();
  const first = pages.loaded?.pages[0];
  const onOpen = useCallback((id: string) => setLine(id, 'replace'), [setLine]);
  if (first === undefined) return null;
  const reason = first.meta.empty;
  if (rows.length === 0 && reason !== null)
    return live && reason.kind !== 'failed' ? (
      <p className="t3 small waitline">No line has come yet that matches.</p>
    ) : (
      <Empty reason={reason} nouns={NOUNS} onTakeOut={onTakeOut} />
    );
  const there = line === '' || rows.some((row) => row.id === line);
  return (
    <>
      <PartialLine meta={first.meta} />
      {there ? null : <LinkedLine id={line} onClose={() => onOpen('')} />}
      <LogList
        rows={rows}
        total={first.page.total}
        openId={line}
        markedId=""
        wrap={wrap}
        wide={wide}
        label="Log lines, newest first"
        onOpen={onOpen}
        onNearEnd={pages.more}
      />
    </>
  );
}

/** Live lines above found ones; a line that both have is shown once. */
function merged(live: readonly LogRow[], found: readonly LogRow[]): readonly LogRow[] {
  if (live.length === 0) return found;
  const there = new Set(live.map((row) => row.id));
  return [...live, ...found.filter((row) => !there.has(row.id))];
}

const ANNOUNCE_MS = 5_000;

/** The button with the number that waits while the reader has scrolled; for screen readers the number in words. */
function Waiting({ tail }: { tail: Tail }) {
  const waiting = tail.state.waiting.length;
  const said = useSaid(tail.state.rows.length);
  const toTop = (): void => {
    tail.release();
    window.scrollTo(0, 0);
  };
  return (
    <>
      <span className="vh" role="status">
        {said === 0 ? '' : `${count(said)} new lines`}
      </span>
      {waiting === 0 ? null : (
        <button type="button" className="btn main waiting" onClick={toTop}>
          <Icon name="up" /> {count(waiting)} new {waiting === 1 ? 'line' : 'lines'}
        </button>
      )}
    </>
  );
}

/** How many came since it was last said; said at most every five seconds. */
function useSaid(shown: number): number {
  const [said, setSaid] = useState(0);
  const now = useRef(shown);
  const before = useRef(shown);
  useEffect(() => {
    now.current = shown;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      setSaid(Math.max(0, now.current - before.current));
      before.current = now.current;
    }, ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, []);
  return said;
}
