// Any series, and from a point of it to the request behind it: explorer, query, chart, lines in numbers.

import type {
  MetricInfo,
  MetricQueryAnswer,
  MetricsAnswer,
} from '../../../../src/api/contract/metrics.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { useServiceNames } from '../../lib/service/use-service-names.ts';
import { change, useParam, useSetParams, type Change } from '../../lib/url/params.ts';
import { useTimeRange, type PageRange } from '../../lib/url/use-time-range.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Box, Busy, Cancelled, Empty, Failed, Skeleton, type Nouns } from '../../ui/states.tsx';
import { Explorer } from './explorer.tsx';
import { MetricDetail } from './metric-detail.tsx';
import { byText, choiceOf, firstMetric, keysOf, suitable } from './metric-query.ts';
import { AGGREGATION, BY, FILTER, HIDE, METRIC, STEP } from './metrics-params.ts';
import { QueryForm, type FormValue } from './query-form.tsx';
import { Result } from './result.tsx';
import './metrics.css';

const NOUNS: Nouns = { many: 'metrics', command: 'OTEL_METRICS_EXPORTER=otlp' };
/** Lines that one can still tell apart. */
const MOST_LINES = 50;

export function MetricsPage() {
  useTitle('Metrics');
  const range = useTimeRange();
  const catalogue = useApi<MetricsAnswer>(apiUrl('/metrics', range.query));
  const [name] = useParam(METRIC);
  const set = useSetParams();
  useServiceNames();
  const { data, failure } = catalogue;
  if (data === null || data.meta.empty !== null)
    return (
      <main id="main" className="page" aria-busy={catalogue.loading && data === null}>
        <h1 className="vh">Metrics</h1>
        <Busy query={catalogue} what="metrics" />
        {failure === null ? null : <Failed failure={failure} retry={catalogue.retry} />}
        {catalogue.cancelled ? <Cancelled retry={catalogue.retry} /> : null}
        {data === null || data.meta.empty === null ? null : (
          <Empty reason={data.meta.empty} nouns={NOUNS} />
        )}
        {catalogue.loading && data === null ? (
          <div className="mx">
            <Skeleton rows={14} height={25} />
          </div>
        ) : null}
      </main>
    );
  const chosen =
    name === '' ? firstMetric(data.rows) : (data.rows.find((row) => row.name === name) ?? null);
  const choose = (metric: MetricInfo, how: 'push' | 'replace'): void =>
    set([change(METRIC, metric.name), ...FRESH], how);
  return (
    <main id="main" className="page">
      <h1 className="vh">Metrics</h1>
      <div className="mx">
        <aside className="ex" aria-label="Explorer">
          <Busy query={catalogue} what="metrics" />
          <Explorer metrics={data.rows} chosen={chosen} onChoose={choose} />
          {chosen === null ? null : <Chosen metric={chosen} range={range} />}
        </aside>
        <section aria-label="Query and chart">
          {chosen === null ? (
            <Box title={<b>No metric named {name} in this range.</b>}>
              <p>Choose one on the left, or widen the time range.</p>
            </Box>
          ) : (
            <Asked key={chosen.name} metric={chosen} range={range} />
          )}
        </section>
      </div>
    </main>
  );
}

/** A metric chosen anew is asked as suits it. */
const FRESH: readonly Change[] = [
  change(AGGREGATION, 'auto'),
  change(BY, 'auto'),
  change(FILTER, ''),
  change(HIDE, []),
];

function Chosen({ metric, range }: { metric: MetricInfo; range: PageRange }) {
  const [by] = useParam(BY);
  const set = useSetParams();
  return (
    <MetricDetail
      key={metric.name}
      metric={metric}
      range={range.query}
      keys={keysOf(by, metric)}
      onKeys={(keys) => set([change(BY, byText(keys)), change(HIDE, [])])}
    />
  );
}

function Asked({ metric, range }: { metric: MetricInfo; range: PageRange }) {
  const [aggregation] = useParam(AGGREGATION);
  const [by] = useParam(BY);
  const [filter] = useParam(FILTER);
  const [step] = useParam(STEP);
  const set = useSetParams();
  const value: FormValue = {
    aggregation: choiceOf(aggregation)?.text ?? suitable(metric),
    keys: keysOf(by, metric),
    filter,
    step,
  };
  const choice = choiceOf(value.aggregation);
  const query = useApi<MetricQueryAnswer>(
    apiUrl('/metrics/query', {
      ...range.query,
      name: metric.name,
      agg: choice?.agg,
      q: choice?.quantile,
      by: value.keys.join(','),
      filter,
      step: step === 'auto' ? '' : step,
      limit: MOST_LINES,
    }),
  );
  const error = query.failure?.status === 400 ? query.failure.error : null;
  const onChange = (next: Partial<FormValue>): void =>
    set([
      ...(next.aggregation === undefined ? [] : [change(AGGREGATION, next.aggregation)]),
      ...(next.keys === undefined ? [] : [change(BY, byText(next.keys)), change(HIDE, [])]),
      ...(next.step === undefined ? [] : [change(STEP, next.step)]),
    ]);
  return (
    <>
      <QueryForm
        metric={metric}
        value={value}
        error={error}
        onChange={onChange}
        onRun={(text) => {
          set([change(FILTER, text)]);
          range.refresh();
        }}
      />
      <Result metric={metric} query={query} formFails={error !== null} />
    </>
  );
}
