// One row of the tree: chip, name, how many it stands for, duration. Its bar is in the canvas beside it; for those who
// do not see the canvas the row says when it starts and whether it is on the critical path.

import { memo, type CSSProperties, type ReactNode } from 'react';
import type { LogRow } from '../../../../../src/api/contract/logs.ts';
import type { TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { duration } from '../../../../../src/base/format/duration.ts';
import { count } from '../../../../../src/base/format/number.ts';
import { hueClass } from '../../../lib/service/hue.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Chip } from '../../../ui/service.tsx';
import { labelOf, serviceOfSpan } from './labels.ts';
import type { Row } from './rows.ts';

export interface RowProps {
  readonly spans: TraceSpans;
  readonly row: Row;
  readonly at: number;
  readonly height: number;
  readonly selected: boolean;
  readonly hit: boolean;
  readonly onPath: boolean;
  readonly dimOffPath: boolean;
  /** Of a call that was tried more than once, which attempt this is; 0: it was not. */
  readonly attempt: number;
  readonly note: TraceNote | undefined;
  readonly line: LogRow | undefined;
  readonly onSelect: (at: number) => void;
  readonly onToggle: (at: number) => void;
}

const INDENT_PX = 10;
const FIRST_INDENT_PX = 6;
/** Deeper rows stay readable: the indent stops, the level is in aria-level. */
const DEEPEST_INDENT = 18;
const STATUS_ERROR = 2;

export const WaterfallRow = memo(function WaterfallRow({
  at,
  selected,
  hit,
  height,
  ...cells
}: RowProps) {
  const { row, onPath, dimOffPath, onSelect, onToggle } = cells;
  const open = openOf(row);
  const dim = dimOffPath && !onPath && row.kind !== 'note' && row.kind !== 'log';
  const classes = ['row', row.kind, dim ? 'dim' : '', hit ? 'hit' : '']
    .filter((name) => name !== '')
    .join(' ');
  return (
    <div
      className={classes}
      role="row"
      data-row={at}
      tabIndex={selected ? 0 : -1}
      aria-level={row.depth + 1}
      aria-rowindex={at + 2}
      {...(open === null ? {} : { 'aria-expanded': open })}
      {...(selected ? { 'aria-selected': true } : {})}
      style={{ height }}
      onClick={() => onSelect(at)}
      onDoubleClick={() => (open === null ? undefined : onToggle(at))}
    >
      <Cells {...cells} />
    </div>
  );
});

const openOf = (row: Row): boolean | null =>
  row.kind === 'span' || row.kind === 'fold' ? row.open : null;

/** What the cells show; not where the row is: rows that only move keep their cells. */
type CellsProps = Omit<RowProps, 'at' | 'selected' | 'hit' | 'height'>;

const Cells = memo(function Cells(props: CellsProps) {
  const { row, spans, note, line } = props;
  switch (row.kind) {
    case 'log':
      return <LogCells depth={row.depth} line={line} />;
    case 'note':
      return <NoteCells depth={row.depth} note={note} spans={spans} />;
    case 'fold':
      return <FoldCells {...props} members={row.members} />;
    case 'span':
      return (
        <SpanCells {...props} nanos={spans.duration[row.span] ?? 0} span={row.span}>
          {row.hidden > 0 ? <span className="cnt">+{count(row.hidden)}</span> : null}
        </SpanCells>
      );
    default:
      return row satisfies never;
  }
}, looksSame);

/** Rows are made anew whenever one is opened: compared by what they say. */
function looksSame(a: CellsProps, b: CellsProps): boolean {
  return (
    a.spans === b.spans &&
    a.onPath === b.onPath &&
    a.attempt === b.attempt &&
    a.note === b.note &&
    a.line === b.line &&
    a.onToggle === b.onToggle &&
    a.row.key === b.row.key &&
    a.row.depth === b.row.depth &&
    openOf(a.row) === openOf(b.row) &&
    hiddenIn(a.row) === hiddenIn(b.row)
  );
}

const hiddenIn = (row: Row): number =>
  row.kind === 'span' ? row.hidden : row.kind === 'fold' ? row.members.length : 0;

/** The first cell's place, with room for the mark that opens. */
const indent = (depth: number): CSSProperties => ({
  paddingLeft: FIRST_INDENT_PX + Math.min(depth, DEEPEST_INDENT) * INDENT_PX,
});

function Twist({ open, onToggle }: { open: boolean | null; onToggle: (at: number) => void }) {
  if (open === null) return <span className="tw" />;
  return (
    <span
      className="tw"
      onClick={(event) => {
        event.stopPropagation();
        const row = event.currentTarget.closest<HTMLElement>('[data-row]');
        if (row !== null) onToggle(Number(row.dataset['row']));
      }}
    >
      <Icon name={open ? 'down' : 'right'} />
    </span>
  );
}

function SpanCells({
  row,
  spans,
  span,
  nanos,
  onPath,
  attempt,
  onToggle,
  children,
}: CellsProps & { span: number; nanos: number; children: ReactNode }) {
  const { who, showWho, name, callee } = labelOf(spans, span);
  return (
    <>
      <span className="cell" role="gridcell" style={indent(row.depth)}>
        <Twist open={openOf(row)} onToggle={onToggle} />
        <Chip service={who} />
        {spans.status[span] === STATUS_ERROR ? (
          <Icon name="error" className="err" label="error" />
        ) : null}
        <span className="op" title={`${who.name} ${name}`}>
          {showWho ? <span className={`svcname ${hueClass(who.number)}`}>{who.name}</span> : null}
          {name}
          {callee === '' ? null : <span className="t3"> → {callee}</span>}
        </span>
        {attempt > 0 ? <span className="t3 nowrap">try {attempt}</span> : null}
        {children}
      </span>
      <span className="num" role="gridcell">
        {duration(nanos)}
      </span>
      <span
        role="gridcell"
        aria-label={`starts at ${duration(spans.start[span] ?? 0)}, on the critical path: ${onPath ? 'yes' : 'no'}`}
      />
    </>
  );
}

function FoldCells(props: CellsProps & { members: readonly number[] }) {
  const { spans, members, row } = props;
  const first = members[0] ?? 0;
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  let slowest = 0;
  let errors = 0;
  for (const member of members) {
    const begin = spans.start[member] ?? 0;
    const length = spans.duration[member] ?? 0;
    start = Math.min(start, begin);
    end = Math.max(end, begin + length);
    slowest = Math.max(slowest, length);
    if (spans.status[member] === STATUS_ERROR) errors += 1;
  }
  return (
    <SpanCells {...props} row={row} span={first} nanos={end - start}>
      <span className="cnt">×{count(members.length)}</span>
      {errors > 0 ? (
        <span className="err tiny nowrap">
          {count(errors)} {errors === 1 ? 'error' : 'errors'}
        </span>
      ) : null}
      <span className="t3 tiny nowrap clip">slowest {duration(slowest)}</span>
    </SpanCells>
  );
}

const noteLength = (note: TraceNote | undefined): number | null =>
  note === undefined || note.start === null || note.end === null ? null : note.end - note.start;

/** The length stands in its own column. */
function noteWords({ kind, text }: TraceNote): string {
  if (kind === 'none') return 'not covered by any span';
  return kind === 'sleep' ? 'back-off between attempts' : text;
}

function NoteCells({
  depth,
  note,
  spans,
}: {
  depth: number;
  note: TraceNote | undefined;
  spans: TraceSpans;
}) {
  const length = noteLength(note);
  return (
    <>
      <span className="cell" role="gridcell" style={indent(depth)}>
        <span className="tw" />
        {note === undefined || note.span < 0 ? (
          <Icon name="info" className="t3" />
        ) : (
          <Chip service={serviceOfSpan(spans, note.span)} />
        )}
        <span className="op" title={note?.text}>
          {note === undefined ? '' : noteWords(note)}
        </span>
      </span>
      <span className="num" role="gridcell">
        {length === null || length === 0 ? '' : duration(length)}
      </span>
    </>
  );
}

function LogCells({ depth, line }: { depth: number; line: LogRow | undefined }) {
  if (line === undefined) return null;
  const tone =
    line.level === 'error' || line.level === 'fatal' ? 'err' : line.level === 'warn' ? 'wrn' : 't3';
  return (
    <>
      <span className="cell wide" role="gridcell" style={indent(depth)}>
        <span className="tw" />
        <span className={`lv ${tone}`}>{line.level.toUpperCase()}</span>
        <span className="op" title={line.body}>
          {line.body}
        </span>
      </span>
    </>
  );
}
