// Which metrics there are: find by name, description, unit or service; arrows move, what is chosen is asked at once.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { MetricInfo } from '../../../../src/api/contract/metrics.ts';
import { count } from '../../../../src/base/format/number.ts';
import { useKeys } from '../../lib/keyboard.ts';
import { Icon } from '../../ui/icon.tsx';
import { typeWord } from './metric-query.ts';
import './explorer.css';

const ROW_PX = 25;

export function Explorer({
  metrics,
  chosen,
  onChoose,
}: {
  metrics: readonly MetricInfo[];
  chosen: MetricInfo | null;
  onChoose: (metric: MetricInfo, how: 'push' | 'replace') => void;
}) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(() => findMetrics(metrics, text), [metrics, text]);
  useKeys({ '/': () => field.current?.focus() });
  return (
    <>
      <div className="query findbox">
        <Icon name="find" />
        <input
          ref={field}
          type="search"
          className="grow"
          aria-label="Find a metric"
          placeholder={`Find among ${count(metrics.length)} metrics, by name, unit or service`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const first = found[0];
            if (event.key === 'Enter' && first !== undefined) onChoose(first, 'push');
            if (event.key === 'Escape') setText('');
          }}
        />
      </div>
      {found.length === 0 ? (
        <p className="t3 small nofind">No metric of this range has “{text}” in it.</p>
      ) : (
        <MetricList rows={found} chosen={chosen} onChoose={onChoose} />
      )}
    </>
  );
}

export function findMetrics(metrics: readonly MetricInfo[], text: string): readonly MetricInfo[] {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return metrics;
  return metrics.filter((metric) => {
    const all = [metric.name, typeWord(metric), metric.unit, metric.description, ...metric.services]
      .join(' ')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function MetricList({
  rows,
  chosen,
  onChoose,
}: {
  rows: readonly MetricInfo[];
  chosen: MetricInfo | null;
  onChoose: (metric: MetricInfo, how: 'push' | 'replace') => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialRect: { width: 340, height: 360 },
  });
  const at = chosen === null ? -1 : rows.indexOf(chosen);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = MOVES[event.key]?.(at, rows.length);
    const row = to === undefined ? undefined : rows[to];
    if (row === undefined) return;
    event.preventDefault();
    onChoose(row, 'replace');
  };
  const items = virtual.getVirtualItems();
  const inPage = items.some(({ index }) => index === at);
  return (
    <div
      ref={box}
      className="metriclist"
      role="listbox"
      aria-label="Metrics"
      tabIndex={0}
      {...(inPage ? { 'aria-activedescendant': `metric-${String(at)}` } : {})}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={`${row.name} ${row.type} ${row.unit} ${row.temporality}`}
              id={`metric-${String(index)}`}
              className="mi"
              role="option"
              aria-selected={row === chosen}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              title={row.description}
              style={{ transform: `translateY(${String(start)}px)` }}
              onClick={() => onChoose(row, 'push')}
            >
              <span className="mono clip">{row.name}</span>
              <span className="t3 ty">{typeWord(row)}</span>
              <span className="num t3">{count(row.series)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const MOVES: Readonly<Record<string, (at: number, rows: number) => number>> = {
  ArrowDown: (at, rows) => Math.min(at + 1, rows - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, rows) => Math.min(at + 10, rows - 1),
  PageUp: (at) => Math.max(at - 10, 0),
  Home: () => 0,
  End: (_at, rows) => rows - 1,
};
