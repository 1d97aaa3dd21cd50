// What was written, when it began, and which request it belongs to: query line, volume, lines, live tail.

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useSearch } from 'wouter';
import type { LogHistogramAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { without } from '../../lib/filter/without-term.ts';
import { millisToNanos } from '../../lib/format/time.ts';
import { useKeys } from '../../lib/keyboard.ts';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { useTimeRange } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Icon } from '../../ui/icon.tsx';
import { QueryLine } from '../../ui/query-line.tsx';
import { AroundView } from './around-view.tsx';
import { LinesSection } from './lines-section.tsx';
import { AROUND, LEVELS, LINE, LIVE, QUERY, SPAN, TRACE } from './logs-params.ts';
import { Restrictions } from './restrictions.tsx';
import { leave, recall, useLogPages, type LogPages } from './use-log-pages.ts';
import { useTail } from './use-tail.ts';
import { VolumeSection } from './volume-section.tsx';
import { levelTotals } from './volume.ts';
import './logs.css';

const BUCKETS = 60;
/** While live the volume is counted again so often. */
const COUNT_AGAIN_MS = 10_000;
/** Scrolled further than this, the reader reads and the tail waits. */
const HOLD_PX = 40;

export function LogsPage() {
  useTitle('Logs');
  const [around] = useParam(AROUND);
  return around === '' ? (
    <Search />
  ) : (
    <main id="main" className="page">
      <h1 className="vh">Logs</h1>
      <AroundView key={around} id={around} />
    </main>
  );
}

function Search() {
  const state = useSearchState();
  const { histogram, pages, live, tail, range, q, run, toggleLive } = state;
  const failed = [pages.query.failure, histogram.failure].find(
    (failure) => failure?.error.position !== undefined,
  );
  useKeys({ t: toggleLive });
  return (
    <main id="main" className="page" aria-busy={pages.query.loading && pages.loaded === null}>
      <h1 className="vh">Logs</h1>
      <QueryLine
        signal="logs"
        label="Filter"
        placeholder='All lines. Filter by anything, e.g. "timeout" and service = payment-service and level >= warn'
        value={q}
        range={range}
        error={failed?.error ?? null}
        hasResult={pages.loaded !== null}
        onRun={run}
      >
        <button type="button" className="btn run" aria-pressed={live} onClick={toggleLive}>
          <Icon name={live ? 'pause' : 'play'} /> Live <kbd className="only-wide">t</kbd>
        </button>
      </QueryLine>
      <Restrictions />
      <VolumeSection histogram={histogram} rangeWords={state.rangeWords} onRange={state.onRange} />
      <LinesSection
        pages={pages}
        live={live}
        tail={tail}
        totals={histogram.data === null ? new Map() : levelTotals(histogram.data)}
        queryFails={failed !== undefined}
        onTakeOut={state.onTakeOut}
      />
    </main>
  );
}

function useSearchState() {
  const range = useTimeRange();
  const [q] = useParam(QUERY);
  const [levels] = useParam(LEVELS);
  const [trace] = useParam(TRACE);
  const [span] = useParam(SPAN);
  const [live] = useParam(LIVE);
  const set = useSetParams();
  const search = useSearch();
  const [kept] = useState(() => recall(search));
  const [firstRange] = useState(range.query);
  const asked = kept !== null && range.query === firstRange ? kept.range : range.query;
  const restrictions = { q, trace, span };
  const chosen = { ...restrictions, levels: levels.join(',') };
  const pages = useLogPages({ ...asked, ...chosen }, kept?.loaded ?? null);
  const ticking = useNow(COUNT_AGAIN_MS);
  const counted = live
    ? {
        from: millisToNanos(ticking - (range.resolved.toMs - range.resolved.fromMs)),
        to: millisToNanos(ticking),
      }
    : asked;
  const histogram = useApi<LogHistogramAnswer>(
    apiUrl('/logs/histogram', { ...counted, ...restrictions, buckets: BUCKETS }),
  );
  const held = useScrolled() > HOLD_PX;
  const tail = useTail(live ? apiUrl('/logs/tail', chosen) : null, held);
  const { release } = tail;
  useEffect(() => {
    if (!held) release();
  }, [held, release]);
  useWayBack(search, asked, pages, kept?.scrollPx ?? 0);
  const run = (text: string): void => {
    set([change(QUERY, text), change(LINE, '')]);
    range.refresh();
  };
  return {
    histogram,
    pages,
    live,
    tail,
    range: asked,
    q,
    run,
    rangeWords: range.live ? range.label.replace('Last', 'in the last') : `from ${range.label}`,
    onRange: range.setAbsolute,
    onTakeOut: (term: string): void => {
      if (term.startsWith('level ')) set([change(LEVELS, [])]);
      else if (term === 'trace') set([change(TRACE, ''), change(SPAN, '')]);
      else run(without(q, term));
    },
    toggleLive: (): void => {
      if (!live && !range.live) range.setRelative('now-15m');
      set([change(LIVE, !live)]);
      window.scrollTo(0, 0);
      range.refresh();
    },
  };
}

function useScrolled(): number {
  const [scrolled, setScrolled] = useState(0);
  useEffect(() => {
    const onScroll = (): void => setScrolled(Math.min(window.scrollY, HOLD_PX + 1));
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);
  return scrolled;
}

/** Remembers the page as it is left, and scrolls to where it was. */
function useWayBack(
  search: string,
  range: { readonly from: string; readonly to: string },
  pages: LogPages,
  scrollPx: number,
): void {
  const now = useRef({ search, range, loaded: pages.loaded, scrollPx });
  useEffect(() => {
    now.current = { ...now.current, search, range, loaded: pages.loaded };
  });
  useLayoutEffect(() => {
    if (scrollPx > 0) window.scrollTo(0, scrollPx);
    const onScroll = (): void => {
      now.current = { ...now.current, scrollPx: window.scrollY };
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onScroll);
      const { loaded, ...rest } = now.current;
      if (loaded !== null) leave({ ...rest, loaded, atMs: Date.now() });
    };
  }, [scrollPx]);
}
