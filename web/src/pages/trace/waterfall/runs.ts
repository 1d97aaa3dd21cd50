// The critical path laid on the rows: stretches of one row, one kind, one owner become one run. In a fold each member
// is one run, so that eight calls are eight blocks.

import type { PartKind } from '../../../../../src/api/contract/common.ts';
import type { TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import type { Stretch } from '../stretches.ts';
import { peerOf, whoOf } from './labels.ts';
import type { Rows } from './rows.ts';

export interface Run {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly kind: PartKind;
  /** Name of who had the time. */
  readonly who: string;
  readonly part: number;
}

/** A note stands for a stretch when it starts within a microsecond of it. */
const SAME_START_NANOS = 1000;

export function runsOf(
  spans: TraceSpans,
  path: readonly Stretch[],
  notes: readonly TraceNote[],
  { rows, rowOf, memberOf }: Rows,
): Run[] {
  const noteRows = rows.flatMap((row, at) =>
    row.kind === 'note' ? [{ at, note: notes[row.note] }] : [],
  );
  const runs: Run[] = [];
  let lastMember = -1;
  for (const segment of path) {
    const row = noteRowOf(noteRows, segment) ?? rowOf[segment.span] ?? -1;
    if (row < 0) continue;
    const member = memberOf[segment.span] ?? -1;
    const run = member < 0 ? plainRun(row, segment) : memberRun(spans, row, member, segment);
    const before = runs.at(-1);
    if (
      before !== undefined &&
      before.row === row &&
      before.kind === run.kind &&
      before.who === run.who &&
      lastMember === member &&
      (member >= 0 || Math.abs(before.end - run.start) < 1)
    )
      runs[runs.length - 1] = { ...before, end: run.end };
    else runs.push(run);
    lastMember = member;
  }
  return runs;
}

function noteRowOf(
  noteRows: ReadonlyArray<{ readonly at: number; readonly note: TraceNote | undefined }>,
  segment: Stretch,
): number | undefined {
  if (segment.kind !== 'none' && segment.kind !== 'sleep') return undefined;
  return noteRows.find(
    ({ note }) =>
      note !== undefined &&
      note.kind === segment.kind &&
      note.span === segment.span &&
      note.start !== null &&
      Math.abs(note.start - segment.start) < SAME_START_NANOS,
  )?.at;
}

const plainRun = (row: number, { start, end, kind, who, part }: Stretch): Run => ({
  row,
  start,
  end,
  // Blocks are drawn for a fold; elsewhere a serial stretch is the work of its span.
  kind: kind === 'serial' || kind === 'rest' ? 'own' : kind,
  who,
  part,
});

function memberRun(
  spans: TraceSpans,
  row: number,
  member: number,
  { start, end, part }: Stretch,
): Run {
  const owner = whoOf(spans, member);
  const who = peerOf(spans, member) ?? owner;
  return { row, start, end, kind: owner.outside ? 'wait' : 'own', who: who.name, part };
}

/** The runs of each row: `order[from[row]] … order[from[row + 1] − 1]`, in time order. */
export interface RunIndex {
  readonly order: Int32Array;
  readonly from: Int32Array;
}

export function indexRuns(runs: readonly Run[], rowCount: number): RunIndex {
  const from = new Int32Array(rowCount + 1);
  for (const run of runs) from[run.row + 1] = (from[run.row + 1] ?? 0) + 1;
  for (let row = 0; row < rowCount; row += 1)
    from[row + 1] = (from[row + 1] ?? 0) + (from[row] ?? 0);
  const next = from.slice();
  const order = new Int32Array(runs.length);
  runs.forEach((run, at) => {
    const place = next[run.row] ?? 0;
    order[place] = at;
    next[run.row] = place + 1;
  });
  return { order, from };
}
