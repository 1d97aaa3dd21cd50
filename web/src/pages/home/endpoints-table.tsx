// Endpoints by the time people waited for them; the bar is the mean critical path and sums to 100 %.

import { Link, useLocation } from 'wouter';
import type { EndpointRow, EndpointsAnswer } from '../../../../src/api/contract/overview.ts';
import { count, percentWhole } from '../../../../src/base/format/number.ts';
import { useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { Icon } from '../../ui/icon.tsx';
import { Amount, Duration, Rate, Share } from '../../ui/measure.tsx';
import { Chip } from '../../ui/service.tsx';
import { SplitBar } from '../../ui/split-bar.tsx';
import { SORT } from './home-params.ts';
import { sortedRows, type SortKey } from './sorted-rows.ts';
import { RowsHead, Sortable } from './table-head.tsx';

const DEFAULT_SORT = '-total';
const ALARMING_ERRORS = 0.01;
/** Under the services only the first; the endpoints' own view has all. */
const MOST_BELOW = 20;

const KEYS: Readonly<Record<string, SortKey<EndpointRow>>> = {
  endpoint: (row) => row.endpoint,
  rate: (row) => row.rate,
  errors: (row) => row.errorShare,
  p50: (row) => row.p50,
  p95: (row) => row.p95,
  p99: (row) => row.p99,
  total: (row) => row.totalNanos,
};

export function EndpointsTable({ answer, head }: { answer: EndpointsAnswer; head: boolean }) {
  const [chosen] = useParam(SORT);
  // The column belongs to the table with the switch; under the services this one keeps its own order.
  const sort = head && chosen !== '' ? chosen : DEFAULT_SORT;
  const all = sortedRows(answer.rows, sort, KEYS);
  const shown = head ? all : all.slice(0, MOST_BELOW);
  return (
    <>
      <RowsHead
        title="Endpoints"
        hint="by total time people waited; the bar is the mean critical path and sums to 100 %"
        switcher={head}
      />
      <div className="scroll">
        <table className="tbl">
          <thead>
            <tr>
              <Head column="endpoint" sortable={head} className="">
                Endpoint
              </Head>
              <Head column="rate" sortable={head} className="num">
                Rate
              </Head>
              <Head column="errors" sortable={head} className="num">
                Errors
              </Head>
              <Head column="p50" sortable={head} className="num grp">
                p50
              </Head>
              <Head column="p95" sortable={head} className="num">
                p95
              </Head>
              <Head column="p99" sortable={head} className="num only-wide extra">
                p99
              </Head>
              <Head column="total" sortable={head} className="num only-wide extra">
                Waited
              </Head>
              <th className="only-wide grp">Where the time goes</th>
              <th className="only-wide">Most in</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={`${row.service.name} ${row.endpoint}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < all.length ? (
        <p className="small t3">+ {count(all.length - shown.length)} more in Endpoints</p>
      ) : null}
    </>
  );
}

const Head = ({
  column,
  sortable,
  className,
  children,
}: {
  column: string;
  sortable: boolean;
  className: string;
  children: string;
}) =>
  sortable ? (
    <Sortable column={column} fallback={DEFAULT_SORT} className={className}>
      {children}
    </Sortable>
  ) : (
    <th
      className={className}
      {...(column === 'total' ? { 'aria-sort': 'descending' as const } : {})}
    >
      {children}
    </th>
  );

function Row({ row }: { row: EndpointRow }) {
  const [, navigate] = useLocation();
  const href = paths.tracesOfEndpoint(row.service.name, row.endpoint);
  const alarming = row.errorShare >= ALARMING_ERRORS;
  return (
    <tr className="go" onClick={() => navigate(href)}>
      <td className="endpointcell">
        <Chip service={row.service} />{' '}
        <Link className="rowlink" href={href} title={`${row.service.name} ${row.endpoint}`}>
          {row.endpoint}
        </Link>
      </td>
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
      <td className="num only-wide extra">
        <Duration nanos={row.p99} />
      </td>
      <td className="num only-wide extra">
        <Amount nanos={row.totalNanos} />
      </td>
      <td className="only-wide grp wherecell">
        <SplitBar parts={row.bar} />
      </td>
      <td className="only-wide">
        {row.mostIn === null ? (
          <span className="t3">–</span>
        ) : (
          <>
            <b className="mono">{percentWhole(row.mostIn.share)}</b>{' '}
            <span className="t2">{row.mostIn.who.name}</span>
          </>
        )}
      </td>
    </tr>
  );
}
