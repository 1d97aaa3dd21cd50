// The answer: what it cost, the chart or its table, the lines in numbers.

import { useMemo, useRef, useState } from 'react';
import type { MetricInfo, MetricQueryAnswer } from '../../../../src/api/contract/metrics.ts';
import type { Query } from '../../lib/api/use-api.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { count } from '../../../../src/base/format/number.ts';
import { quantity, unitOf, type Unit } from '../../lib/format/quantity.ts';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { useTimeRange } from '../../lib/url/use-time-range.ts';
import { useWide } from '../../lib/use-wide.ts';
import { Busy, Cancelled, Empty, Failed, PartialLine } from '../../ui/states.tsx';
import { LegendTable } from './legend-table.tsx';
import { linesOf, type Line } from './lines.ts';
import { MetricChart } from './metric-chart.tsx';
import { AS_TABLE, EXEMPLARS, FILTER, HIDE } from './metrics-params.ts';
import { PointsTable } from './points-table.tsx';

const HEIGHT = 430;
const NARROW_HEIGHT = 260;

export interface ResultProps {
  readonly metric: MetricInfo;
  readonly query: Query<MetricQueryAnswer>;
  /** The form says what is wrong. */
  readonly formFails: boolean;
}

export function Result({ metric, query, formFails }: ResultProps) {
  const { data, failure } = query;
  const wide = useWide();
  const [, setFilter] = useParam(FILTER);
  const nouns = { many: 'points of this metric', command: 'OTEL_METRICS_EXPORTER=otlp' };
  return (
    <>
      <Busy query={query} what="points" />
      {failure === null || formFails ? null : <Failed failure={failure} retry={query.retry} />}
      {data === null && query.cancelled ? <Cancelled retry={query.retry} /> : null}
      {data === null ? (
        <div style={{ height: wide ? HEIGHT : NARROW_HEIGHT }} />
      ) : data.meta.empty === null ? (
        <Shown metric={metric} answer={data} />
      ) : (
        <Empty reason={data.meta.empty} nouns={nouns} onTakeOut={() => setFilter('')} />
      )}
    </>
  );
}

function Shown({ metric, answer }: { metric: MetricInfo; answer: MetricQueryAnswer }) {
  const wide = useWide();
  const [asTable] = useParam(AS_TABLE);
  const [exemplars] = useParam(EXEMPLARS);
  const [hide] = useParam(HIDE);
  const set = useSetParams();
  const [cursor, setCursor] = useState<number | null>(null);
  const lines = useMemo(() => linesOf(answer, metric.name), [answer, metric.name]);
  const unit = useMemo(() => unitOf(answer.unit), [answer.unit]);
  const hidden = useMemo(() => new Set(hide), [hide]);
  const zoom = useZoom();
  const height = wide ? HEIGHT : NARROW_HEIGHT;
  const toggle = (label: string): void =>
    set([
      change(HIDE, hide.includes(label) ? hide.filter((one) => one !== label) : [...hide, label]),
    ]);
  return (
    <>
      <Meta answer={answer} />
      <PartialLine meta={answer.meta} />
      {asTable ? (
        <PointsTable answer={answer} lines={lines} unit={unit} height={height} />
      ) : (
        <MetricChart
          answer={answer}
          lines={lines}
          hidden={hidden}
          unit={unit}
          height={height}
          label={finding(lines, unit, metric.name)}
          exemplars={exemplars}
          onCursor={setCursor}
          onZoom={zoom.into}
          onBack={zoom.back}
        />
      )}
      <LegendTable
        answer={answer}
        lines={lines}
        unit={unit}
        hidden={hidden}
        cursor={asTable ? null : cursor}
        onToggle={toggle}
      />
    </>
  );
}

/** Drag goes in, double-click goes back by one. */
function useZoom() {
  const range = useTimeRange();
  const deep = useRef(0);
  return {
    into: (fromMs: number, toMs: number): void => {
      deep.current += 1;
      range.setAbsolute(fromMs, toMs);
    },
    back: (): void => {
      if (deep.current === 0) return;
      deep.current -= 1;
      window.history.back();
    },
  };
}

function Meta({ answer }: { answer: MetricQueryAnswer }) {
  const [asTable, setAsTable] = useParam(AS_TABLE);
  const [exemplars, setExemplars] = useParam(EXEMPLARS);
  const { series, seriesTotal, meta } = answer;
  const left = seriesTotal - series.length;
  return (
    <div className="qmeta">
      <span>
        {count(series.length)} series of {count(seriesTotal)}
        {left > 0 ? `, the largest by area, + ${count(left)} more` : ''}
      </span>
      <span>
        {count(answer.points)} points each, {duration(answer.stepNanos).replace(/\.0+(?=\D)/u, '')}{' '}
        apart
      </span>
      <span>
        {duration(meta.elapsedMs * 1e6)}
        {meta.rowsRead > 0 ? `, ${count(meta.rowsRead)} rows read` : ''}
      </span>
      {answer.note === null ? null : <span className="wrn">{answer.note}</span>}
      <span className="grow" />
      {answer.exemplars.length === 0 ? (
        <span>no exemplars</span>
      ) : (
        <button
          type="button"
          className="btn link"
          aria-pressed={exemplars}
          onClick={() => setExemplars(!exemplars, 'replace')}
        >
          {exemplars ? 'without exemplars' : `◇ ${count(answer.exemplars.length)} exemplars`}
        </button>
      )}
      <button
        type="button"
        className="btn link"
        aria-pressed={asTable}
        onClick={() => setAsTable(!asTable)}
      >
        {asTable ? 'as chart' : 'as table'}
      </button>
    </div>
  );
}

const NAMED = 3;

/** What the chart shows, for those who do not see it. */
function finding(lines: readonly Line[], unit: Unit, name: string): string {
  const largest = lines
    .slice(0, NAMED)
    .map(
      (line) =>
        `${line.label} between ${quantity(line.min, unit)} and ${quantity(line.max, unit)}, last ${quantity(line.last, unit)}`,
    );
  const rest = lines.length - largest.length;
  return `${name}: ${largest.join('; ')}${rest > 0 ? `; and ${count(rest)} more lines` : ''}. The table below has the numbers.`;
}
