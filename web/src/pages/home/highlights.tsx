// The sentence of Home and the endpoints that cost people the most time now, each with the verdict of its typical slow
// trace: a click on the row shows that trace.

import { Link } from 'wouter';
import type { OverviewAnswer } from '../../../../src/api/contract/overview.ts';
import { amountOfTime, duration } from '../../../../src/base/format/duration.ts';
import { count, joined, percent } from '../../../../src/base/format/number.ts';
import { clock } from '../../lib/format/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { paths } from '../../lib/url/paths.ts';
import { useTimeRange, useZone } from '../../lib/url/use-time-range.ts';
import { Icon } from '../../ui/icon.tsx';
import { Clauses } from '../../ui/sentence.tsx';
import { Chip } from '../../ui/service.tsx';
import { Spark } from '../../ui/spark.tsx';

type Highlight = OverviewAnswer['highlights'][number];

/** One failure weighs as much as this much waiting; from there on a row says it fails. */
const FAILING_FROM = 0.01;

export function Highlights({ answer }: { answer: OverviewAnswer }) {
  const { resolved } = useTimeRange();
  const [zone] = useZone();
  const now = useNow();
  const { sentence, highlights } = answer;
  return (
    <>
      <div className="lead">
        <h1>
          <Clauses lead={sentence.lead} rest={sentence.rest} />
        </h1>
        <span className="grow" />
        <span className="t3 only-wide nowrap small">
          {clock(resolved.fromMs, zone, now, 'minute')} –{' '}
          {clock(resolved.toMs, zone, resolved.fromMs, 'minute')}
        </span>
      </div>
      {highlights.length === 0 ? null : (
        <ol className="chgs">
          {highlights.map((one, at) => (
            <Row key={`${one.service.name} ${one.endpoint}`} one={one} first={at === 0} />
          ))}
        </ol>
      )}
    </>
  );
}

function Row({ one, first }: { one: Highlight; first: boolean }) {
  const total = amountOfTime(one.totalNanos);
  const failing = one.errorShare >= FAILING_FROM;
  return (
    <li className={first ? 'chg first' : 'chg'}>
      <Link
        className="hit"
        href={paths.trace(one.typicalTrace)}
        aria-label={`Where the time went in ${one.endpoint}`}
      />
      <div className="id">
        <div className="ep">
          <Chip service={one.service} />
          <b className="clip" title={one.endpoint}>
            {one.endpoint}
          </b>
          {failing ? (
            <span className="tag err">
              <Icon name="error" /> failing
            </span>
          ) : null}
        </div>
        <div className="ba">
          <span className="t3">p95</span> <b className="mono">{duration(one.p95)}</b>
          {one.errorShare > 0 ? (
            <>
              {' '}
              <span className="t3">errors</span>{' '}
              <span className={failing ? 'mono err' : 'mono t2'}>
                {joined(percent(one.errorShare))}
              </span>
            </>
          ) : null}
        </div>
      </div>
      <div className="sp">
        <Spark values={one.spark.values} width={150} height={30} />
        <span className="t3">p95 over the range</span>
      </div>
      <div className="say">
        <p>
          <Clauses lead={one.sentence.lead} rest={one.sentence.rest} />
        </p>
      </div>
      <div className="aff">
        <span>
          <b className="mono">{joined(total)}</b> <span className="t3">of waiting</span>
        </span>
        <span className="t3">{count(one.count)} requests</span>
        <span className="go">
          <Link href={paths.trace(one.slowestTrace)}>Slowest</Link>
          <Link href={paths.trace(one.typicalTrace)}>Typical</Link>
          <Link href={paths.tracesOfEndpoint(one.service.name, one.endpoint)}>All</Link>
        </span>
      </div>
    </li>
  );
}
