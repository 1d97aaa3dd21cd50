// The lines, virtual: only those near the window are in the page. Rows are keyed by line, so focus and an open row stay
// where they are while lines come in above.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogRow } from '../../../../src/api/contract/logs.ts';
import { useKeys } from '../../lib/keyboard.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { usePageOffset } from '../../lib/use-page-offset.ts';
import { LineDetail } from './line-detail.tsx';
import { LogLine } from './log-row.tsx';
import './log-list.css';

const ROW_PX = 24;
const NARROW_ROW_PX = 44;
/** So near the end the next page is asked for. */
const NEAR_END_ROWS = 60;

export interface LogListProps {
  readonly rows: readonly LogRow[];
  /** All that match, so that a reader hears how many there are. */
  readonly total: number;
  readonly openId: string;
  readonly markedId: string;
  readonly wrap: boolean;
  readonly wide: boolean;
  readonly label: string;
  readonly onOpen: (id: string) => void;
  readonly onNearEnd?: () => void;
}

export function LogList(props: LogListProps) {
  const { rows, openId, wide } = props;
  const [zone] = useZone();
  const nowMs = useNow();
  const list = useRef<HTMLOListElement>(null);
  const offset = usePageOffset(list);
  const keys = useMemo(() => keysOf(rows), [rows]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (wide ? ROW_PX : NARROW_ROW_PX),
    getItemKey: (at) => keys[at] ?? at,
    overscan: 10,
    scrollMargin: offset,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { onNearEnd, onOpen } = props;
  useEffect(() => {
    if (last >= rows.length - NEAR_END_ROWS) onNearEnd?.();
  }, [last, rows.length, onNearEnd]);
  const focus = useRowKeys(rows, openId, onOpen, (at) => virtual.scrollToIndex(at));
  const toggle = useCallback(
    (row: LogRow) => onOpen(row.id === openId ? '' : row.id),
    [onOpen, openId],
  );
  return (
    <ol
      ref={list}
      className={`loglines${props.wrap ? ' wrap' : ''}`}
      aria-label={props.label}
      style={{ height: virtual.getTotalSize() }}
    >
      {items.map(({ index, key, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        const open = row.id === openId;
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={props.total}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${String(start - offset)}px)` }}
          >
            <LogLine
              row={row}
              zone={zone}
              nowMs={nowMs}
              open={open}
              marked={row.id === props.markedId}
              tabStop={index === (focus.at < 0 ? (items[0]?.index ?? 0) : focus.at)}
              onToggle={toggle}
              onFocus={focus.onFocus}
            />
            {open ? <LineDetail row={row} /> : null}
          </li>
        );
      })}
    </ol>
  );
}

/** Ids of lines; lines that are the same to the byte get a number behind it. */
function keysOf(rows: readonly LogRow[]): string[] {
  const seen = new Map<string, number>();
  return rows.map(({ id }) => {
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return before === 0 ? id : `${id} ${String(before)}`;
  });
}

interface RowFocus {
  /** −1: none yet. */
  readonly at: number;
  readonly onFocus: (row: LogRow) => void;
}

function useRowKeys(
  rows: readonly LogRow[],
  openId: string,
  onOpen: (id: string) => void,
  reveal: (at: number) => void,
): RowFocus {
  const [id, setId] = useState(openId);
  const at = useMemo(() => rows.findIndex((row) => row.id === id), [rows, id]);
  const go = (to: number): void => {
    const row = rows[Math.min(Math.max(0, to), rows.length - 1)];
    if (row === undefined) return;
    setId(row.id);
    reveal(rows.indexOf(row));
    // The row may only now come into the page.
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`[data-line="${row.id}"]`)
        ?.focus({ preventScroll: true }),
    );
  };
  useKeys({
    j: () => go(at + 1),
    ArrowDown: () => go(at + 1),
    k: () => go(at - 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    l: () => onOpen(rows[at]?.id ?? ''),
    h: () => onOpen(''),
    ...(openId === '' ? {} : { Escape: () => onOpen('') }),
  });
  const onFocus = useCallback((row: LogRow) => setId(row.id), []);
  return { at, onFocus };
}
