// Operations: every kind of span by service, what it calls, and how long all of them took together.

import { useLocation } from 'wouter';
import type { OperationRow, OperationsAnswer } from '../../../../src/api/contract/overview.ts';
import { count } from '../../../../src/base/format/number.ts';
import { useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { filterTerm } from '../../ui/filter-term.ts';
import { Amount, Duration, Rate, Share } from '../../ui/measure.tsx';
import { ServiceName } from '../../ui/service.tsx';
import { SORT } from './home-params.ts';
import { sortedRows, type SortKey } from './sorted-rows.ts';
import { RowsHead, Sortable } from './table-head.tsx';

const DEFAULT_SORT = '-total';
const MOST = 500;
const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

const KEYS: Readonly<Record<string, SortKey<OperationRow>>> = {
  service: (row) => row.service.name,
  operation: (row) => row.operation,
  rate: (row) => row.rate,
  errors: (row) => row.errorShare,
  p50: (row) => row.p50,
  p95: (row) => row.p95,
  p99: (row) => row.p99,
  total: (row) => row.totalNanos,
};

const COLUMNS = [
  { name: 'rate', label: 'Rate' },
  { name: 'errors', label: 'Errors' },
  { name: 'p50', label: 'p50' },
  { name: 'p95', label: 'p95' },
  { name: 'p99', label: 'p99' },
  { name: 'total', label: 'All together' },
] as const;

export function OperationsTable({ answer }: { answer: OperationsAnswer }) {
  const [chosen] = useParam(SORT);
  const all = sortedRows(answer.rows, chosen === '' ? DEFAULT_SORT : chosen, KEYS);
  const shown = all.slice(0, MOST);
  return (
    <>
      <RowsHead
        title="Operations"
        hint={`${count(all.length)} kinds of span, by the time they took together`}
      />
      <div className="scroll">
        <table className="tbl">
          <thead>
            <tr>
              <Sortable column="service" fallback={DEFAULT_SORT}>
                Service
              </Sortable>
              <Sortable column="operation" fallback={DEFAULT_SORT}>
                Operation
              </Sortable>
              <th>Kind</th>
              <th>Calls</th>
              {COLUMNS.map((column) => (
                <Sortable
                  key={column.name}
                  column={column.name}
                  fallback={DEFAULT_SORT}
                  className="num"
                >
                  {column.label}
                </Sortable>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row
                key={`${row.service.name} ${row.operation} ${String(row.kind)} ${row.peer}`}
                row={row}
              />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < all.length ? (
        <p className="small t3">
          First {count(shown.length)} of {count(all.length)}, by the column chosen.
        </p>
      ) : null}
    </>
  );
}

function Row({ row }: { row: OperationRow }) {
  const [, navigate] = useLocation();
  const query = [
    filterTerm('service', { t: 's', v: row.service.name }, '='),
    filterTerm('name', { t: 's', v: row.operation }, '='),
  ].join(' and ');
  return (
    <tr className="go" onClick={() => navigate(paths.tracesWhere(query))}>
      <td>
        <ServiceName service={row.service} plain />
      </td>
      <td title={row.operation} className="clip opcell">
        {row.operation}
      </td>
      <td className="t3">{KINDS[row.kind] ?? ''}</td>
      <td className="t2">{row.peer === '' ? <span className="t3">–</span> : row.peer}</td>
      <td className="num">
        <Rate perSecond={row.rate} />
      </td>
      <td className="num">
        <Share share={row.errorShare} />
      </td>
      <td className="num">
        <Duration nanos={row.p50} />
      </td>
      <td className="num">
        <Duration nanos={row.p95} />
      </td>
      <td className="num">
        <Duration nanos={row.p99} />
      </td>
      <td className="num">
        <Amount nanos={row.totalNanos} />
      </td>
    </tr>
  );
}
