// Find traces by anything: query line, duration over time with a selection, result sorted over the whole range.

import type { HeatmapAnswer, TracesAnswer } from '../../../../src/api/contract/traces.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi, type Query } from '../../lib/api/use-api.ts';
import { without } from '../../lib/filter/without-term.ts';
import { count } from '../../../../src/base/format/number.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { useTimeRange } from '../../lib/url/use-time-range.ts';
import { useTitle } from '../../lib/use-title.ts';
import { QueryLine } from '../../ui/query-line.tsx';
import {
  Busy,
  Cancelled,
  Empty,
  Failed,
  PartialLine,
  Skeleton,
  type Nouns,
} from '../../ui/states.tsx';
import { HeatMap } from './heat-map.tsx';
import { HeatTable } from './heat-table.tsx';
import { PAGE_SIZE, ResultTable } from './result-table.tsx';
import { AREA, AS_TABLE, CURSOR, PAGE, QUERY, SORT } from './traces-params.ts';
import './traces.css';

const NOUNS: Nouns = { many: 'traces', command: 'npx throughline run -- node app.js' };
const COLUMNS = 90;

export function TracesPage() {
  useTitle('Traces');
  const range = useTimeRange();
  const [q] = useParam(QUERY);
  const [area] = useParam(AREA);
  const [sort] = useParam(SORT);
  const [cursor] = useParam(CURSOR);
  const set = useSetParams();
  const search = { ...range.query, q };
  const traces = useApi<TracesAnswer>(
    apiUrl('/traces', {
      ...search,
      area,
      cursor,
      sort: sort.replace('-', ''),
      order: sort.startsWith('-') ? 'desc' : 'asc',
      limit: PAGE_SIZE,
    }),
  );
  const heat = useApi<HeatmapAnswer>(apiUrl('/traces/heatmap', { ...search, columns: COLUMNS }));
  if (traces.data !== null) learnServices(servicesIn(traces.data));
  const queryError = traces.failure?.error.position === undefined ? null : traces.failure.error;
  const toFirstPage = [change(CURSOR, ''), change(PAGE, '1')];
  const run = (text: string): void => {
    set([change(QUERY, text), ...toFirstPage]);
    range.refresh();
  };
  const onArea = (next: string): void => set([change(AREA, next), ...toFirstPage]);
  return (
    <main id="main" className="page" aria-busy={traces.loading && traces.data === null}>
      <h1 className="vh">Traces</h1>
      <QueryLine
        signal="traces"
        label="Filter"
        placeholder='All traces. Filter by anything, e.g. endpoint = "POST /checkout" and duration > 1s'
        value={q}
        range={range.query}
        error={queryError}
        hasResult={traces.data !== null}
        onRun={run}
      />
      <HeatSection
        heat={heat}
        area={area}
        selected={area === '' ? null : (traces.data?.page.total ?? null)}
        onArea={onArea}
      />
      <section className="sec results" aria-label="Traces">
        <Busy query={traces} what="traces" />
        <Results
          traces={traces}
          inArea={area !== ''}
          hideFailure={queryError !== null}
          onTakeOut={(term) => run(without(q, term))}
        />
      </section>
    </main>
  );
}

const servicesIn = ({ rows, names }: TracesAnswer) => [...rows.map((row) => row.service), ...names];

function HeatSection({
  heat,
  area,
  selected,
  onArea,
}: {
  heat: Query<HeatmapAnswer>;
  area: string;
  selected: number | null;
  onArea: (area: string) => void;
}) {
  const [asTable, setAsTable] = useParam(AS_TABLE);
  const { data } = heat;
  const from = data?.meta.range?.from;
  return (
    <section className="heatbox" aria-label="Duration over time">
      <div className="bar">
        <h2>Duration over time</h2>
        {data === null ? null : (
          <span className="hint">
            {count(data.total, data.meta.estimated)} traces,{' '}
            {data.meta.estimated ? 'estimated from sampled ones' : 'every one counted'}
          </span>
        )}
        <span className="grow" />
        {area === '' ? null : (
          <button type="button" className="btn quiet small" onClick={() => onArea('')}>
            Clear the selection
          </button>
        )}
        <button
          type="button"
          className="btn link small"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'as heat map' : 'as table'}
        </button>
      </div>
      <Busy query={heat} what="durations" />
      {heat.failure !== null && heat.failure.error.position === undefined && data === null ? (
        <Failed failure={heat.failure} retry={heat.retry} />
      ) : null}
      {data === null || from === undefined ? (
        <div className="heat" />
      ) : asTable ? (
        <HeatTable answer={data} from={from} onArea={onArea} />
      ) : (
        <HeatMap answer={data} from={from} area={area} selected={selected} onArea={onArea} />
      )}
    </section>
  );
}

function Results({
  traces,
  inArea,
  hideFailure,
  onTakeOut,
}: {
  traces: Query<TracesAnswer>;
  inArea: boolean;
  hideFailure: boolean;
  onTakeOut: (term: string) => void;
}) {
  const { data, failure } = traces;
  const failed =
    failure === null || hideFailure ? null : <Failed failure={failure} retry={traces.retry} />;
  if (data === null) {
    if (failed !== null) return failed;
    return traces.cancelled ? (
      <Cancelled retry={traces.retry} />
    ) : hideFailure ? null : (
      <Skeleton rows={14} />
    );
  }
  return (
    <>
      {failed}
      <PartialLine meta={data.meta} />
      {data.meta.empty === null ? (
        <ResultTable answer={data} inArea={inArea} />
      ) : (
        <Empty reason={data.meta.empty} nouns={NOUNS} onTakeOut={onTakeOut} />
      )}
    </>
  );
}
