// The rows that are in the window, and a few beyond it. Rows stand in blocks of sixteen, each placed once: inside a block
// they follow each other as text does, which costs the browser a fraction of placing every row by itself. A block that
// does not change is not rendered again while the page scrolls.

import { memo, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { attemptsOf } from '../attempts.ts';
import { WaterfallRow } from './row.tsx';
import { rowAt, type Row } from './rows.ts';
import type { WaterfallProps } from './waterfall-props.ts';

/** Rows are ready before they come into the window. */
const BEYOND_PX = 240;
const BLOCK_ROWS = 16;

/** First and last row. */
type Range = readonly [first: number, last: number];

const rangeOf = (tops: Float64Array, offset: number): Range => {
  const top = window.scrollY - offset;
  return [rowAt(tops, top - BEYOND_PX), rowAt(tops, top + window.innerHeight + BEYOND_PX)];
};

/** Follows the window; a change is rendered before the frame that shows it. */
function useRange(tops: Float64Array, offset: number): Range {
  const [, turn] = useState<Range>([0, 0]);
  useEffect(() => {
    let shown = rangeOf(tops, offset);
    const follow = (): void => {
      const next = rangeOf(tops, offset);
      if (next[0] === shown[0] && next[1] === shown[1]) return;
      shown = next;
      flushSync(() => turn(next));
    };
    window.addEventListener('scroll', follow, { passive: true });
    window.addEventListener('resize', follow);
    return () => {
      window.removeEventListener('scroll', follow);
      window.removeEventListener('resize', follow);
    };
  }, [tops, offset]);
  return rangeOf(tops, offset);
}

/** The rendered rows of each block. A row that is selected but scrolled away stays in the DOM and so keeps the focus. */
export function blocksOf([first, last]: Range, rowCount: number, selected: number): Range[] {
  const blocks: Range[] = [];
  const blockOf = (row: number): number => Math.floor(row / BLOCK_ROWS);
  for (let block = blockOf(first); block <= blockOf(last); block += 1) {
    const from = Math.max(first, block * BLOCK_ROWS);
    const to = Math.min(last, rowCount - 1, block * BLOCK_ROWS + BLOCK_ROWS - 1);
    if (to < from) continue;
    blocks.push(
      blockOf(selected) === block && selected >= 0
        ? [Math.min(from, selected), Math.max(to, selected)]
        : [from, to],
    );
  }
  const isThere = blocks.some(([from, to]) => selected >= from && selected <= to);
  return selected < 0 || selected >= rowCount || isThere
    ? blocks
    : [...blocks, [selected, selected]];
}

export function VisibleRows(props: WaterfallProps & { offset: number }) {
  const { trace, model, offset, selectedRow, hits, showPath, onSelect, onToggle } = props;
  const range = useRange(model.tops, offset);
  return blocksOf(range, model.rows.rows.length, selectedRow).map(([from, to]) => (
    <RowBlock
      key={Math.floor(from / BLOCK_ROWS)}
      trace={trace}
      model={model}
      from={from}
      to={to}
      selectedRow={selectedRow >= from && selectedRow <= to ? selectedRow : -1}
      hits={hits}
      showPath={showPath}
      onSelect={onSelect}
      onToggle={onToggle}
    />
  ));
}

const RowBlock = memo(function RowBlock({
  trace,
  model,
  from,
  to,
  selectedRow,
  hits,
  showPath,
  onSelect,
  onToggle,
}: Pick<
  WaterfallProps,
  'trace' | 'model' | 'selectedRow' | 'hits' | 'showPath' | 'onSelect' | 'onToggle'
> & {
  from: number;
  to: number;
}) {
  const { rows } = model.rows;
  const { tops } = model;
  const attempts = attemptsOf(trace.parts);
  const first = Math.floor(from / BLOCK_ROWS) * BLOCK_ROWS;
  const top = tops[first] ?? 0;
  const bottom = tops[Math.min(first + BLOCK_ROWS, rows.length)] ?? top;
  return (
    <div
      className="block"
      role="rowgroup"
      style={{ top, height: bottom - top, paddingTop: (tops[from] ?? 0) - top }}
    >
      {rows.slice(from, to + 1).map((row, index) => {
        const at = from + index;
        return (
          <WaterfallRow
            key={row.key}
            spans={trace.spans}
            row={row}
            at={at}
            height={(tops[at + 1] ?? 0) - (tops[at] ?? 0)}
            selected={at === selectedRow}
            hit={isHit(row, hits)}
            onPath={model.onPath[at] === 1}
            dimOffPath={showPath}
            attempt={row.kind === 'span' ? (attempts.get(row.span) ?? 0) : 0}
            note={row.kind === 'note' ? trace.notes[row.note] : undefined}
            line={row.kind === 'log' ? model.logs[row.log]?.line : undefined}
            onSelect={onSelect}
            onToggle={onToggle}
          />
        );
      })}
    </div>
  );
});

const isHit = (row: Row, hits: ReadonlySet<number>): boolean =>
  hits.size > 0 &&
  ((row.kind === 'span' && hits.has(row.span)) ||
    (row.kind === 'fold' && row.members.some((member) => hits.has(member))));
