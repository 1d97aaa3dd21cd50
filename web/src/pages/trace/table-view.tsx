// The same spans as a table: the full alternative to the waterfall, sortable, virtual.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { percentWhole } from '../../../../src/base/format/number.ts';
import { useParam } from '../../lib/url/params.ts';
import { Icon } from '../../ui/icon.tsx';
import { Chip } from '../../ui/service.tsx';
import { sortedSpans, TABLE_COLUMNS, type SpanColumn } from './sorted-spans.ts';
import { SORT } from './trace-params.ts';
import type { TraceState } from './use-trace-state.ts';
import { labelOf } from './waterfall/labels.ts';
import type { Model } from './waterfall/use-scene.ts';
import './table-view.css';

const ROW_PX = 28;
const STATUS_ERROR = 2;

export function TableView({
  trace,
  model,
  state,
  onSelect,
}: {
  trace: TraceAnswer;
  model: Model;
  state: TraceState;
  onSelect: (span: number) => void;
}) {
  const [sort, setSort] = useParam(SORT);
  const descending = sort.startsWith('-');
  const column = TABLE_COLUMNS.find((one) => one.name === sort.replace('-', ''))?.name ?? 'start';
  const order = useMemo(
    () => sortedSpans(trace, model.tree, column, descending),
    [trace, model.tree, column, descending],
  );
  const body = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(
    () => setOffset((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY),
    [],
  );
  const virtual = useWindowVirtualizer({
    count: order.length,
    estimateSize: () => ROW_PX,
    overscan: 10,
    scrollMargin: offset,
  });
  return (
    <div
      className="spantable"
      role="table"
      aria-label={`Spans of ${trace.endpoint}`}
      aria-rowcount={order.length + 1}
    >
      <div role="rowgroup" className="thead">
        <div role="row" aria-rowindex={1} className="tr">
          {TABLE_COLUMNS.map((one) => (
            <Head
              key={one.name}
              column={one}
              current={column}
              descending={descending}
              onSort={setSort}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} className="tbody" style={{ height: order.length * ROW_PX }}>
        {virtual.getVirtualItems().map((item) => {
          const span = order[item.index] ?? 0;
          return (
            <TableRow
              key={trace.spans.spanId[span]}
              trace={trace}
              model={model}
              span={span}
              at={item.index}
              selected={span === state.selected}
              onSelect={onSelect}
            />
          );
        })}
      </div>
    </div>
  );
}

function TableRow({
  trace,
  model,
  span,
  at,
  selected,
  onSelect,
}: {
  trace: TraceAnswer;
  model: Model;
  span: number;
  at: number;
  selected: boolean;
  onSelect: (span: number) => void;
}) {
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      {...(selected ? { 'aria-selected': true } : {})}
      className="tr"
      tabIndex={0}
      style={{ transform: `translateY(${String(at * ROW_PX)}px)` }}
      onClick={() => onSelect(span)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onSelect(span);
      }}
    >
      <Cells trace={trace} model={model} span={span} />
    </div>
  );
}

function Head({
  column,
  current,
  descending,
  onSort,
}: {
  column: (typeof TABLE_COLUMNS)[number];
  current: SpanColumn;
  descending: boolean;
  onSort: (sort: string) => void;
}) {
  const on = column.name === current;
  return (
    <span
      role="columnheader"
      className={column.numeric ? 'num' : ''}
      {...(on
        ? { 'aria-sort': descending ? ('descending' as const) : ('ascending' as const) }
        : {})}
    >
      <button
        type="button"
        onClick={() =>
          onSort(
            on && !descending
              ? `-${column.name}`
              : on
                ? column.name
                : column.numeric && column.name !== 'start'
                  ? `-${column.name}`
                  : column.name,
          )
        }
      >
        {column.label}
        {on ? (descending ? ' ↓' : ' ↑') : ''}
      </button>
    </span>
  );
}

function Cells({ trace, model, span }: { trace: TraceAnswer; model: Model; span: number }) {
  const { who, name } = labelOf(trace.spans, span);
  const onPath = model.tree.ownPath[span] ?? 0;
  return (
    <>
      <span role="cell" className="num">
        {duration(trace.spans.start[span] ?? 0)}
      </span>
      <span role="cell" className="svc">
        <Chip service={who} />
        <span className="clip">{who.name}</span>
      </span>
      <span role="cell" className="clip" title={name}>
        {name}
      </span>
      <span role="cell" className="num">
        {duration(trace.spans.duration[span] ?? 0)}
      </span>
      <span role="cell" className="num">
        {onPath === 0 ? <span className="t3">–</span> : duration(onPath)}
      </span>
      <span role="cell" className="num">
        {onPath === 0 ? (
          <span className="t3">–</span>
        ) : (
          percentWhole(onPath / Math.max(1, trace.duration))
        )}
      </span>
      <span role="cell">
        {trace.spans.status[span] === STATUS_ERROR ? (
          <span className="err svc">
            <Icon name="error" /> error
          </span>
        ) : null}
      </span>
    </>
  );
}
