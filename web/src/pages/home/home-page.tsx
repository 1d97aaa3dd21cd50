// What is wrong now, and why: the sentence, the endpoints that cost people the most time, services, endpoints. Before
// the first trace the page shows how to send one, and becomes this by itself when it is complete.

import { useEffect, useRef } from 'react';
import type {
  EndpointsAnswer,
  OperationsAnswer,
  OverviewAnswer,
  ServicesAnswer,
} from '../../../../src/api/contract/overview.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useStatus } from '../../lib/api/status.ts';
import { useApi, type Query } from '../../lib/api/use-api.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { useParam } from '../../lib/url/params.ts';
import { useTimeRange } from '../../lib/url/use-time-range.ts';
import { useTitle } from '../../lib/use-title.ts';
import {
  Busy,
  Cancelled,
  Empty,
  Failed,
  NoteLine,
  PartialLine,
  Skeleton,
  type Nouns,
} from '../../ui/states.tsx';
import { EndpointsTable } from './endpoints-table.tsx';
import { FirstRun } from './first-run.tsx';
import { Highlights } from './highlights.tsx';
import { VIEW } from './home-params.ts';
import { OperationsTable } from './operations-table.tsx';
import { ServicesTable } from './services-table.tsx';
import { RowsHead } from './table-head.tsx';
import './home.css';

const REFRESH_MS = 10_000;
const FIRST_RUN_MS = 1500;
const NOUNS: Nouns = { many: 'traces', command: 'npx throughline run -- node app.js' };

export function HomePage() {
  useTitle('Home');
  const range = useTimeRange();
  const [view] = useParam(VIEW);
  const overview = useApi<OverviewAnswer>(apiUrl('/overview', range.query));
  const waiting = overview.data !== null && overview.data.firstTrace === null;
  const services = useApi<ServicesAnswer>(
    waiting || view === 'endpoints' ? null : apiUrl('/services', range.query),
  );
  const endpoints = useApi<EndpointsAnswer>(
    waiting || view === 'operations' ? null : apiUrl('/endpoints', range.query),
  );
  const operations = useApi<OperationsAnswer>(
    waiting || view !== 'operations' ? null : apiUrl('/operations', range.query),
  );
  const main = useRef<HTMLElement>(null);
  learn(overview.data, services.data, endpoints.data, operations.data);
  const asked = [overview, services, endpoints, operations].some((query) => query.loading);
  useRefresh(main, range.live && !asked, waiting ? FIRST_RUN_MS : REFRESH_MS, range.refresh);
  const loading = [overview, services, endpoints, operations].some(
    (query) => query.loading && query.data === null,
  );
  if (waiting) return <FirstRun />;
  return (
    <main id="main" className="page" ref={main} aria-busy={loading}>
      <EngineNote />
      <Lead overview={overview} />
      {view === 'services' ? (
        <>
          <Section query={services} what="services" rows={8}>
            {(answer) => <ServicesTable answer={answer} />}
          </Section>
          <Section query={endpoints} what="endpoints" rows={6}>
            {(answer) => <EndpointsTable answer={answer} head={false} />}
          </Section>
        </>
      ) : view === 'endpoints' ? (
        <Section query={endpoints} what="endpoints" rows={12}>
          {(answer) => <EndpointsTable answer={answer} head />}
        </Section>
      ) : (
        <Section query={operations} what="operations" rows={12}>
          {(answer) => <OperationsTable answer={answer} />}
        </Section>
      )}
    </main>
  );
}

/** New numbers every few seconds; not before the last ones came, not while a row is hovered or focused, not hidden. */
function useRefresh(
  main: React.RefObject<HTMLElement | null>,
  on: boolean,
  everyMs: number,
  refresh: () => void,
): void {
  useEffect(() => {
    if (!on) return;
    const timer = setTimeout(function again() {
      const busy = main.current?.querySelector(
        'tbody tr:hover, tbody tr:focus-within, .chg:hover, .chg:focus-within',
      );
      if (!document.hidden && (busy === null || busy === undefined)) refresh();
      else timers.push(setTimeout(again, everyMs));
    }, everyMs);
    const timers = [timer];
    return () => timers.forEach(clearTimeout);
  }, [main, on, everyMs, refresh]);
}

function learn(
  overview: OverviewAnswer | null,
  services: ServicesAnswer | null,
  endpoints: EndpointsAnswer | null,
  operations: OperationsAnswer | null,
): void {
  learnServices([
    ...(services?.rows ?? []).flatMap((row) => [
      row.service,
      ...row.waitsFor.map((wait) => wait.peer),
    ]),
    ...(endpoints?.names ?? []),
    ...(endpoints?.rows ?? []).flatMap((row) =>
      row.mostIn === null ? [row.service] : [row.service, row.mostIn.who],
    ),
    ...(operations?.rows ?? []).map((row) => row.service),
    ...(overview?.highlights ?? []).map((one) => one.service),
  ]);
}

/** While the engine restarts the numbers stand still; what arrives is kept all the same. */
function EngineNote() {
  const { status } = useStatus();
  if (status === null || status.engine.state === 'ready') return null;
  return (
    <NoteLine>
      {status.engine.text} Receiving and storing go on; answers come again when the engine is ready.
    </NoteLine>
  );
}

function Lead({ overview }: { overview: Query<OverviewAnswer> }) {
  const { data, failure } = overview;
  return (
    <section aria-label="What matters now">
      <Busy query={overview} what="the overview" />
      {failure === null ? null : <Failed failure={failure} retry={overview.retry} />}
      {data === null ? (
        failure === null ? (
          <Skeleton rows={4} height={60} />
        ) : null
      ) : (
        <Highlights answer={data} />
      )}
    </section>
  );
}

function Section<T extends ServicesAnswer | EndpointsAnswer | OperationsAnswer>({
  query,
  what,
  rows,
  children,
}: {
  query: Query<T>;
  what: string;
  rows: number;
  children: (answer: T) => React.ReactNode;
}) {
  const { data, failure } = query;
  return (
    <section className="sec" aria-label={what}>
      <Busy query={query} what={what} />
      {failure === null ? null : <Failed failure={failure} retry={query.retry} />}
      {query.cancelled && data === null ? <Cancelled retry={query.retry} /> : null}
      {data === null ? (
        failure === null && query.loading ? (
          <Skeleton rows={rows} />
        ) : null
      ) : data.meta.empty === null ? (
        <>
          <PartialLine meta={data.meta} />
          {children(data)}
        </>
      ) : (
        <>
          <RowsHead title={what.charAt(0).toUpperCase() + what.slice(1)} hint="" />
          <Empty reason={data.meta.empty} nouns={NOUNS} />
        </>
      )}
    </section>
  );
}
