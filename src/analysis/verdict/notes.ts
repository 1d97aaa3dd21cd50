// What a reader must know about a trace before trusting its verdict, and the stretches that have a row of their own in the
// waterfall. Each note is a fact with a count; nothing here changes a number.

import type { SegmentBuffer } from '../critical-path/segment-buffer.ts';
import { SEGMENT_NONE, SEGMENT_SLEEP } from '../critical-path/segment-buffer.ts';
import { isRealRoot } from '../terms/answer.ts';
import { ORIGIN_CYCLE, ORIGIN_MISSING, ORIGIN_REPEATED, ORIGIN_ROOT } from '../terms/origin.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { AfterAnswer } from './after-answer.ts';
import { durationText } from './words.ts';

export type NoteKind =
  | 'root-missing'
  | 'missing-parent'
  | 'several-roots'
  | 'cycle'
  | 'repeated'
  | 'clock-corrected'
  | 'after-answer'
  | 'uncovered'
  | 'sleep';

export interface Note {
  readonly kind: NoteKind;
  readonly text: string;
  /** Spans, or stretches, it speaks of. */
  readonly count: number;
  /** The first of them, or the span whose stretch it is; -1: none. */
  readonly span: number;
  /** Of a stretch: ns relative to the columns' base. */
  readonly start?: number;
  readonly end?: number;
}

/** Stretches of less than this share of the trace, or 1 ms, have no note. */
const STRETCH_SHARE = 0.02;
const STRETCH_NANOS = 1_000_000;

export function notesOf(
  tree: SpanTree,
  root: number,
  path: SegmentBuffer,
  after: AfterAnswer,
): Note[] {
  return [...treeNotes(tree, root), ...clockNotes(tree), ...afterNotes(after), ...stretches(path)];

  function stretches(buffer: SegmentBuffer): Note[] {
    const total = (tree.ends[root] ?? 0) - (tree.starts[root] ?? 0);
    return stretchNotes(buffer, Math.max(STRETCH_NANOS, total * STRETCH_SHARE));
  }
}

function treeNotes(tree: SpanTree, root: number): Note[] {
  const { origins, size } = tree.columns;
  const first = new Int32Array(8).fill(-1);
  const counts = new Int32Array(8);
  for (let span = 0; span < size; span++) {
    const origin = origins[span] ?? 0;
    if (origin === ORIGIN_ROOT && span === root) continue;
    if ((counts[origin] ?? 0) === 0) first[origin] = span;
    counts[origin] = (counts[origin] ?? 0) + 1;
  }
  const note = (kind: NoteKind, origin: number, text: (count: number) => string): Note[] => {
    const count = counts[origin] ?? 0;
    return count === 0 ? [] : [{ kind, count, span: first[origin] ?? -1, text: text(count) }];
  };
  const notes: Note[] = [];
  if (!isRealRoot(tree, root))
    notes.push({
      kind: 'root-missing',
      count: 1,
      span: root,
      text: 'The root has not arrived: times are those of the longest part that did.',
    });
  return [
    ...notes,
    ...note('missing-parent', ORIGIN_MISSING, (n) =>
      n === 1
        ? 'The parent of one span did not arrive: it is not on the critical path.'
        : `The parents of ${n.toLocaleString('en-US')} spans did not arrive: they are not on the critical path.`,
    ),
    ...note('several-roots', ORIGIN_ROOT, (n) =>
      n === 1
        ? 'One more span has no parent: it is not connected with the root.'
        : `${n.toLocaleString('en-US')} more spans have no parent: they are not connected with the root.`,
    ),
    ...note('cycle', ORIGIN_CYCLE, (n) =>
      n === 1
        ? 'Spans name each other as parents: the earliest was taken as a root.'
        : `Spans name each other as parents in ${n.toLocaleString('en-US')} circles: the earliest of each was taken as a root.`,
    ),
    ...note('repeated', ORIGIN_REPEATED, (n) =>
      n === 1
        ? 'One span arrived twice and counts once.'
        : `${n.toLocaleString('en-US')} spans arrived more than once and count once.`,
    ),
  ];
}

const CLOCK_NOTES_MAX = 20;

function clockNotes({ columns, corrections }: SpanTree): Note[] {
  const byService = new Map<number, { span: number; shift: number; count: number }>();
  for (const { span, shiftNanos } of corrections) {
    const service = columns.services[span] ?? 0;
    const known = byService.get(service);
    if (known === undefined) byService.set(service, { span, shift: shiftNanos, count: 1 });
    else known.count++;
  }
  return [...byService].slice(0, CLOCK_NOTES_MAX).map(([service, { span, shift, count }]) => ({
    kind: 'clock-corrected' as const,
    count,
    span,
    text: `Clock of ${columns.strings[service] ?? ''} corrected by ${shift > 0 ? '+' : '−'}${durationText(Math.abs(shift))}.`,
  }));
}

function afterNotes({ nanos, spans }: AfterAnswer): Note[] {
  if (spans === 0 || nanos < STRETCH_NANOS) return [];
  const text = `Work went on for ${durationText(nanos)} after the answer, in ${spans.toLocaleString('en-US')} ${spans === 1 ? 'span' : 'spans'}.`;
  return [{ kind: 'after-answer', count: spans, span: -1, text }];
}

function stretchNotes(path: SegmentBuffer, leastNanos: number): Note[] {
  const notes: Note[] = [];
  for (let at = 0; at < path.size; at++) {
    const kind = path.kinds[at];
    const start = path.starts[at] ?? 0;
    const end = path.ends[at] ?? 0;
    if ((kind !== SEGMENT_NONE && kind !== SEGMENT_SLEEP) || end - start < leastNanos) continue;
    const span = path.spans[at] ?? -1;
    const nanos = durationText(end - start);
    notes.push(
      kind === SEGMENT_NONE
        ? {
            kind: 'uncovered',
            count: 1,
            span,
            start,
            end,
            text: `Not covered by any span, ${nanos}.`,
          }
        : {
            kind: 'sleep',
            count: 1,
            span,
            start,
            end,
            text: `Back-off between attempts, ${nanos}.`,
          },
    );
  }
  return notes;
}
