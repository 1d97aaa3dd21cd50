// How much was written, when warnings and errors began, how many lines lead to no trace and why.

import { useState } from 'react';
import { Link } from 'wouter';
import type { LogHistogramAnswer } from '../../../../src/api/contract/logs.ts';
import type { Query } from '../../lib/api/use-api.ts';
import { andTerm } from '../../lib/filter/and-term.ts';
import { count } from '../../../../src/base/format/number.ts';
import { nanosToMillis } from '../../lib/format/time.ts';
import { change, useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { Icon } from '../../ui/icon.tsx';
import { Busy, Failed } from '../../ui/states.tsx';
import { AS_TABLE, LEVELS, QUERY } from './logs-params.ts';
import { VolumeChart } from './volume-chart.tsx';
import { VolumeTable } from './volume-table.tsx';
import {
  chartLabel,
  errorWords,
  warningWords,
  withoutTraceWords,
  type VolumeTime,
} from './volume-words.ts';
import { volumeOf } from './volume.ts';
import './volume.css';

export interface VolumeProps {
  readonly histogram: Query<LogHistogramAnswer>;
  /** "in the last 1 h". */
  readonly rangeWords: string;
  readonly onRange: (fromMs: number, toMs: number) => void;
}

export function VolumeSection({ histogram, rangeWords, onRange }: VolumeProps) {
  const { data, failure } = histogram;
  const [only] = useParam(LEVELS);
  const [zone] = useZone();
  const [asTable] = useParam(AS_TABLE);
  const from = data?.meta.range?.from;
  if (data === null || from === undefined)
    return (
      <section className="volume" aria-label="Volume">
        <div className="bar facts" />
        {failure === null || failure.error.position !== undefined ? (
          <div className="hist" />
        ) : (
          <Failed failure={failure} retry={histogram.retry} />
        )}
      </section>
    );
  const volume = volumeOf(data, only);
  const time: VolumeTime = { fromMs: nanosToMillis(from), stepMs: data.stepNanos / 1e6, zone };
  return (
    <section className="volume" aria-label="Volume">
      <Facts volume={volume} time={time} answer={data} rangeWords={rangeWords} />
      <Busy query={histogram} what="the volume" />
      {asTable ? (
        <VolumeTable volume={volume} time={time} onRange={onRange} />
      ) : (
        <VolumeChart
          volume={volume}
          fromMs={time.fromMs}
          stepMs={time.stepMs}
          label={chartLabel(volume, time, rangeWords)}
          onRange={onRange}
        />
      )}
    </section>
  );
}

function Facts({
  volume,
  time,
  answer,
  rangeWords,
}: {
  volume: ReturnType<typeof volumeOf>;
  time: VolumeTime;
  answer: LogHistogramAnswer;
  rangeWords: string;
}) {
  const [asTable, setAsTable] = useParam(AS_TABLE);
  const [why, setWhy] = useState(false);
  const warnings = warningWords(volume, time);
  const errors = errorWords(volume, time);
  return (
    <>
      <div className="bar facts">
        <span>
          <b className="mono">{count(volume.total, answer.meta.estimated)}</b>{' '}
          {volume.total === 1 ? 'line' : 'lines'} {rangeWords}
        </span>
        {warnings === '' ? null : (
          <span className="fact wrn">
            <Icon name="warn" /> {warnings}
          </span>
        )}
        {errors === '' ? null : (
          <span className="fact err">
            <Icon name="error" /> {errors}
          </span>
        )}
        <span className="grow" />
        {answer.total === 0 ? null : (
          <span className="t3">
            {withoutTraceWords(answer.withoutTrace, answer.total)}
            {answer.withoutTrace === 0 ? null : (
              <>
                ;{' '}
                <button
                  type="button"
                  className="btn link"
                  aria-expanded={why}
                  onClick={() => setWhy(!why)}
                >
                  why
                </button>
              </>
            )}
          </span>
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
      {why ? <WhyNoTrace without={answer.withoutTrace} /> : null}
    </>
  );
}

function WhyNoTrace({ without }: { without: number }) {
  const [query] = useParam(QUERY);
  return (
    <div className="note plain whynote">
      <Icon name="info" className="t3" />
      <span>
        A line carries a trace id when a span was active as it was written and the logger knows of
        it. {count(without)} of these lines do not: written at start, in timers and background work,
        or by a logger without the OpenTelemetry bridge.{' '}
        <Link href={paths.page('logs', [change(QUERY, andTerm(query, 'not trace exists'))])}>
          Show these lines
        </Link>
      </span>
    </div>
  );
}
