// Services: rate, errors, quantiles; then own time against wait, which points downstream. Outside peers follow, as
// those measured them who called them.

import { Link, useLocation } from 'wouter';
import type { ServiceRow, ServicesAnswer } from '../../../../src/api/contract/overview.ts';
import { count, percentWhole } from '../../../../src/base/format/number.ts';
import { useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { Icon } from '../../ui/icon.tsx';
import { Duration, Rate, Share } from '../../ui/measure.tsx';
import { Chip, ServiceName } from '../../ui/service.tsx';
import { Spark } from '../../ui/spark.tsx';
import { SplitBar } from '../../ui/split-bar.tsx';
import { SORT } from './home-params.ts';
import { sortedRows, type SortKey } from './sorted-rows.ts';
import { RowsHead, Sortable } from './table-head.tsx';

const DEFAULT_SORT = '-wait';
const NO_BASELINE_HINT =
  'Own p95 and wait p95 do not add up to p95: they are of different requests.';
/** A fourth would push the table beyond the page. */
const MOST_WAITS = 3;
const ALARMING_ERRORS = 0.01;

const KEYS: Readonly<Record<string, SortKey<ServiceRow>>> = {
  service: (row) => row.service.name,
  rate: (row) => row.rate,
  errors: (row) => row.errorShare,
  p50: (row) => row.p50,
  p95: (row) => row.p95,
  p99: (row) => row.p99,
  own: (row) => row.ownP95,
  wait: (row) => row.waitP95,
};

export function ServicesTable({ answer }: { answer: ServicesAnswer }) {
  const [chosen] = useParam(SORT);
  const sort = chosen === '' ? DEFAULT_SORT : chosen;
  const senders = sortedRows(
    answer.rows.filter((row) => !row.service.outside),
    sort,
    KEYS,
  );
  const outside = sortedRows(
    answer.rows.filter((row) => row.service.outside),
    sort,
    KEYS,
  );
  const waits = senders.some((row) => row.waitsFor.length > 0);
  const hint = `${count(senders.length)} ${senders.length === 1 ? 'sends' : 'send'} spans${
    outside.length === 0
      ? ''
      : `, ${count(outside.length)} ${outside.length === 1 ? 'is' : 'are'} seen only from outside`
  }`;
  return (
    <>
      <RowsHead title="Services" hint={hint} />
      <div className="scroll">
        <table className="tbl">
          <Head waits={waits} />
          <tbody>
            {senders.map((row) => (
              <Sender key={row.service.name} row={row} waits={waits} />
            ))}
            {outside.map((row) => (
              <Outside key={row.service.name} row={row} waits={waits} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Head({ waits }: { waits: boolean }) {
  return (
    <thead>
      <tr>
        <Sortable column="service" fallback={DEFAULT_SORT}>
          Service
        </Sortable>
        <Sortable column="rate" fallback={DEFAULT_SORT} className="num">
          Rate
        </Sortable>
        <Sortable column="errors" fallback={DEFAULT_SORT} className="num">
          Errors
        </Sortable>
        <Sortable column="p50" fallback={DEFAULT_SORT} className="num grp">
          p50
        </Sortable>
        <Sortable column="p95" fallback={DEFAULT_SORT} className="num">
          p95
        </Sortable>
        <th className="only-wide extra">p95 over time</th>
        <Sortable column="p99" fallback={DEFAULT_SORT} className="num">
          p99
        </Sortable>
        <Sortable column="own" fallback={DEFAULT_SORT} className="num grp" title={NO_BASELINE_HINT}>
          Own p95
        </Sortable>
        <Sortable column="wait" fallback={DEFAULT_SORT} className="num" title={NO_BASELINE_HINT}>
          Wait p95
        </Sortable>
        <th className="only-wide">Own and wait</th>
        {waits ? <th className="only-wide extra">Waits for</th> : null}
      </tr>
    </thead>
  );
}

function Numbers({ row }: { row: ServiceRow }) {
  const alarming = row.errorShare >= ALARMING_ERRORS;
  return (
    <>
      <td className="num">
        <Rate perSecond={row.rate} />
      </td>
      <td className={alarming ? 'num err' : 'num'}>
        {alarming ? <Icon name="error" className="inl" label="many errors" /> : null}{' '}
        <Share share={row.errorShare} />
      </td>
      <td className="num grp">
        <Duration nanos={row.p50} />
      </td>
      <td className="num">
        <Duration nanos={row.p95} />
      </td>
      <td className="only-wide extra">
        <Spark values={row.p95Spark.values} />
      </td>
      <td className="num">
        <Duration nanos={row.p99} />
      </td>
    </>
  );
}

function Sender({ row, waits }: { row: ServiceRow; waits: boolean }) {
  const [, navigate] = useLocation();
  const href = paths.tracesOfService(row.service.name);
  const shownWaits = row.waitsFor.length <= MOST_WAITS ? MOST_WAITS : MOST_WAITS - 1;
  return (
    <tr className="go" onClick={() => navigate(href)}>
      <td>
        <Link className="rowlink" href={href}>
          <ServiceName service={row.service} plain />
        </Link>
      </td>
      <Numbers row={row} />
      <td className="num grp">
        <b>
          <Duration nanos={row.ownP95} />
        </b>
      </td>
      <td className="num">
        <b>
          <Duration nanos={row.waitP95} />
        </b>
      </td>
      <td className="only-wide">
        <span className="fixedbar">
          <SplitBar parts={row.bar} />
        </span>
      </td>
      {waits ? (
        <td className="only-wide extra">
          {row.waitsFor.slice(0, shownWaits).map((wait) => (
            <span key={wait.peer.name} className="waitfor">
              <Chip service={wait.peer} />
              <span className="clip">{wait.peer.name}</span>{' '}
              <span className="mono t3">{percentWhole(wait.share)}</span>
            </span>
          ))}
          {row.waitsFor.length > shownWaits ? (
            <span className="t3">+ {count(row.waitsFor.length - shownWaits)} more</span>
          ) : null}
        </td>
      ) : null}
    </tr>
  );
}

function Outside({ row, waits }: { row: ServiceRow; waits: boolean }) {
  const { measuredBy } = row;
  const by =
    measuredBy.length === 0
      ? ''
      : `; measured by ${measuredBy.length === 1 ? (measuredBy[0] ?? '') : `${count(measuredBy.length)} services`}`;
  return (
    <tr className="ext">
      <td>
        <ServiceName service={row.service} plain />
      </td>
      <Numbers row={row} />
      <td className="grp t3" colSpan={2}>
        <span className="only-narrow">no spans</span>
        <span className="only-wide clip" title={measuredBy.join(', ')}>
          no spans of its own
        </span>
      </td>
      <td className="only-wide t3" colSpan={waits ? 2 : 1}>
        {by.replace('; ', '')}
      </td>
    </tr>
  );
}
