// What the tables of Home share: the head line with the switch between them, and sortable column heads.

import type { ReactNode } from 'react';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { SORT, VIEW } from './home-params.ts';
import '../../ui/button.css';
import '../../ui/table.css';

const VIEWS = [
  { name: 'services', label: 'Services' },
  { name: 'endpoints', label: 'Endpoints' },
  { name: 'operations', label: 'Operations' },
] as const;

export function RowsHead({
  title,
  hint,
  switcher = true,
}: {
  title: string;
  hint: string;
  switcher?: boolean;
}) {
  const [view] = useParam(VIEW);
  const set = useSetParams();
  return (
    <div className="bar">
      <h2>{title}</h2>
      <span className="hint">{hint}</span>
      <span className="grow" />
      {switcher ? (
        <div className="seg" role="group" aria-label="Rows">
          {VIEWS.map((one) => (
            <button
              key={one.name}
              type="button"
              aria-pressed={view === one.name}
              onClick={() => set([change(VIEW, one.name), change(SORT, '')])}
            >
              {one.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

export function Sortable({
  column,
  fallback,
  className = '',
  title,
  children,
}: {
  column: string;
  /** The table's own order, as in the URL. */
  fallback: string;
  className?: string;
  title?: string;
  children: ReactNode;
}) {
  const [chosen, setSort] = useParam(SORT);
  const sort = chosen === '' ? fallback : chosen;
  const on = sort.replace('-', '') === column;
  const descending = sort.startsWith('-');
  return (
    <th
      className={className}
      title={title}
      {...(on
        ? { 'aria-sort': descending ? ('descending' as const) : ('ascending' as const) }
        : {})}
    >
      <button
        type="button"
        className="sorter"
        onClick={() => setSort(on && descending ? column : `-${column}`)}
      >
        {children}
      </button>
    </th>
  );
}
