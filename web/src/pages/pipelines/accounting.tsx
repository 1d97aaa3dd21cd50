// Where every item went: each row's in is out + dropped + failed + waiting; what is missing from it is said.

import type { ComponentRow, SignalName } from '../../../../src/api/contract/status.ts';
import { exactCount } from '../../../../src/base/format/number.ts';
import { Icon } from '../../ui/icon.tsx';
import { ITEMS } from './flow.ts';
import '../../ui/table.css';

/** What the row does not account for; negative: more went out than came in. */
export const unexplained = (row: ComponentRow): number =>
  row.in - row.out - row.dropped - row.failed - row.waiting;

const KIND_WORDS: Readonly<Record<ComponentRow['kind'], string>> = {
  receiver: 'receiver',
  log: 'log',
  processor: 'processor',
  connector: 'connector',
  exporter: 'exporter',
  store: 'database',
  pass: 'pass',
};

export function Accounting({
  components,
  signal,
  since,
}: {
  components: readonly ComponentRow[];
  signal: SignalName;
  since: string;
}) {
  const rows = components.filter((row) => row.signal === signal);
  const one = ITEMS[signal].slice(0, -1);
  return (
    <section className="sec" aria-label="Counts">
      <div className="bar">
        <h2>
          Every {one} since {since}
        </h2>
        <span className="hint">in = out + dropped + failed + waiting</span>
      </div>
      <div className="scroll" role="region" aria-label="Counts by component" tabIndex={0}>
        <table className="tbl">
          <thead>
            <tr>
              <th>Component</th>
              <th>Kind</th>
              <th className="num">In</th>
              <th className="num">Out</th>
              <th className="num">Dropped</th>
              <th className="num">Failed</th>
              <th className="num">Waiting</th>
              <th>Reason</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <AccountingRow key={`${row.kind} ${row.id}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function AccountingRow({ row }: { row: ComponentRow }) {
  const missing = unexplained(row);
  return (
    <tr>
      <td>
        <b className="comp">{row.id}</b>
      </td>
      <td className="t3">{KIND_WORDS[row.kind]}</td>
      <td className="num">{exactCount(row.in)}</td>
      <td className="num">{exactCount(row.out)}</td>
      <Some value={row.dropped} />
      <Some value={row.failed} bad />
      <Some value={row.waiting} />
      <td className="reason">
        {missing === 0 ? null : (
          <span className="err">
            <Icon name="error" className="inl" /> {exactCount(Math.abs(missing))} unexplained
            {row.reason === '' ? '' : '; '}
          </span>
        )}
        {row.reason === '' && missing === 0 ? '–' : row.reason}
      </td>
    </tr>
  );
}

/** A zero is dimmed; what failed is an error. */
function Some({ value, bad = false }: { value: number; bad?: boolean }) {
  if (value === 0) return <td className="num t3">0</td>;
  return (
    <td className={bad ? 'num err' : 'num'}>
      {bad ? <Icon name="error" className="inl" /> : null} {exactCount(value)}
    </td>
  );
}
