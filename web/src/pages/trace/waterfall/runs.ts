// The critical path laid on the rows: stretches of one row, one kind, one owner become one run. In a fold each member
// is one run, so that eight calls are eight blocks. Columns, not objects: a path may have hundreds of thousands of
// stretches, and this is done again whenever a row is opened.

import type { PartKind } from '../../../../../src/api/contract/common.ts';
import type { TraceAnswer, TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { calls } from './labels.ts';
import type { Rows } from './rows.ts';

export const RUN_KINDS = ['own', 'wait', 'sleep', 'none'] as const satisfies PartKind[];
const OWN = 0;
const WAIT = 1;
const SLEEP = 2;
const NONE = 3;

/** In time order; every column has `count` values. */
export interface Runs {
  readonly count: number;
  readonly row: Int32Array;
  /** ns from the trace's start. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Index into RUN_KINDS. */
  readonly kind: Uint8Array;
  /** Who had the time: index into the spans' services. */
  readonly who: Int32Array;
  readonly part: Int32Array;
}

/** A note stands for a stretch when it starts within a microsecond of it. */
const SAME_START_NANOS = 1000;

export function runsOf(
  { spans, path, duration, notes }: Pick<TraceAnswer, 'spans' | 'path' | 'duration' | 'notes'>,
  { rows, rowOf, memberOf, noteRows }: Rows,
): Runs {
  const size = path.count;
  const row = new Int32Array(size);
  const start = new Float64Array(size);
  const end = new Float64Array(size);
  const kind = new Uint8Array(size);
  const who = new Int32Array(size);
  const part = new Int32Array(size);
  const kindOf = path.kinds.map(plainKind);
  const noted = noteRows.map((at) => {
    const one = rows[at];
    return { at, note: one?.kind === 'note' ? notes[one.note] : undefined };
  });
  let count = 0;
  let lastMember = -1;
  for (let at = 0; at < size; at += 1) {
    const span = path.span[at] ?? -1;
    const from = path.start[at] ?? 0;
    const to = path.start[at + 1] ?? duration;
    const plain = kindOf[path.kind[at] ?? -1] ?? OWN;
    const hidden = rowOf[span] ?? -1;
    const onRow = plain < SLEEP ? hidden : noteRowOf(noted, plain, span, from, hidden);
    if (onRow < 0) continue;
    const member = memberOf[span] ?? -1;
    const runKind = member < 0 ? plain : isOutside(spans, member) ? WAIT : OWN;
    const runWho = member < 0 ? (path.who[at] ?? -1) : memberWho(spans, member);
    const last = count - 1;
    const joins =
      last >= 0 &&
      row[last] === onRow &&
      kind[last] === runKind &&
      who[last] === runWho &&
      lastMember === member &&
      (member >= 0 || Math.abs((end[last] ?? 0) - from) < 1);
    lastMember = member;
    if (joins) {
      end[last] = to;
      continue;
    }
    row[count] = onRow;
    start[count] = from;
    end[count] = to;
    kind[count] = runKind;
    who[count] = runWho;
    part[count] = path.part[at] ?? -1;
    count += 1;
  }
  return { count, row, start, end, kind, who, part };
}

/** Blocks are drawn for a fold; elsewhere a serial stretch is the work of its span. */
function plainKind(kind: PartKind): number {
  switch (kind) {
    case 'wait':
      return WAIT;
    case 'sleep':
      return SLEEP;
    case 'none':
      return NONE;
    case 'own':
    case 'serial':
    case 'rest':
      return OWN;
    default:
      return kind satisfies never;
  }
}

/** The row of the note that tells of this stretch, else the span's. */
const noteRowOf = (
  noted: ReadonlyArray<{ readonly at: number; readonly note: TraceNote | undefined }>,
  kind: number,
  span: number,
  start: number,
  otherwise: number,
): number =>
  noted.find(
    ({ note }) =>
      note !== undefined &&
      note.kind === RUN_KINDS[kind] &&
      note.span === span &&
      note.start !== null &&
      Math.abs(note.start - start) < SAME_START_NANOS,
  )?.at ?? otherwise;

/** A call to somebody who sends no spans. */
const isOutside = (spans: TraceSpans, span: number): boolean =>
  calls(spans, span) && spans.services[spans.peer[span] ?? -1]?.outside === true;

/** Whom a member calls, else its own service. */
function memberWho({ peer, service }: TraceSpans, member: number): number {
  const called = peer[member] ?? -1;
  return called >= 0 ? called : (service[member] ?? -1);
}

/** The runs of each row: `order[from[row]] … order[from[row + 1] − 1]`, in time order. */
export interface RunIndex {
  readonly order: Int32Array;
  readonly from: Int32Array;
}

export function indexRuns(runs: Runs, rowCount: number): RunIndex {
  const from = new Int32Array(rowCount + 1);
  for (let at = 0; at < runs.count; at += 1) {
    const place = (runs.row[at] ?? 0) + 1;
    from[place] = (from[place] ?? 0) + 1;
  }
  for (let row = 0; row < rowCount; row += 1)
    from[row + 1] = (from[row + 1] ?? 0) + (from[row] ?? 0);
  const next = from.slice();
  const order = new Int32Array(runs.count);
  for (let at = 0; at < runs.count; at += 1) {
    const row = runs.row[at] ?? 0;
    const place = next[row] ?? 0;
    order[place] = at;
    next[row] = place + 1;
  }
  return { order, from };
}

/** 1 for rows that have time on the path. */
export function rowsWithRuns(runs: Runs, rowCount: number): Uint8Array {
  const marks = new Uint8Array(rowCount);
  for (let at = 0; at < runs.count; at += 1) marks[runs.row[at] ?? 0] = 1;
  return marks;
}
