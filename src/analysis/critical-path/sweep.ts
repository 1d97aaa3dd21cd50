// The walk: for every moment between request and answer, the one span that had the time.
//
// Backwards from the root's end. The child that ended last before the cursor has the time down to its start; what lies
// between children is their parent's. No recursion: any depth and any number of children. Children that touch, or overlap
// by less than the tolerance, are both on the path. A child that overlaps the one after it by more was not waited for by
// it, and is passed over; the parent's time beside it then is not called uncovered.
//
// Invariant: stretches are in time order, do not overlap, and their lengths add up exactly to the root's duration.

import { clockStep } from '../terms/clock-step.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Calls } from './calls.ts';
import { Frame } from './frame.ts';
import {
  SEGMENT_EDGE,
  SEGMENT_NONE,
  SEGMENT_OWN,
  SEGMENT_WAIT,
  type SegmentBuffer,
} from './segment-buffer.ts';

/** Two children may overlap by 1 µs, this share of their parent, or their clock's step: the earlier was still waited for. */
const TOUCH_NANOS = 1_000;
const TOUCH_SHARE = 0.001;

/** A stretch between children is called uncovered from 1 ms and 2 % of the trace on; shorter ones are own work. */
const UNCOVERED_NANOS = 1_000_000;
const UNCOVERED_SHARE = 0.02;
/** Spans inside that fill less of their parent than this are no sign that the rest should be covered too. */
const COVERED_SHARE = 0.01;

interface Walk {
  readonly tree: SpanTree;
  readonly calls: Calls;
  readonly uncoveredNanos: number;
  readonly out: SegmentBuffer;
}

/** Writes the path beneath `root` into `out`, in time order. */
export function sweep(tree: SpanTree, calls: Calls, root: number, out: SegmentBuffer): void {
  out.clear();
  const uncoveredNanos = Math.max(UNCOVERED_NANOS, durationOf(tree, root) * UNCOVERED_SHARE);
  const walk: Walk = { tree, calls, uncoveredNanos, out };
  const frames: Frame[] = out.frames;
  let depth = 0;
  openFrame(frames, 0, tree, root, tree.starts[root] ?? 0, tree.ends[root] ?? 0);
  while (depth >= 0) {
    const frame = frames[depth];
    if (frame === undefined) break;
    const child = nextChild(tree, frame);
    if (child < 0) {
      emit(walk, frame, frame.from);
      depth--;
      continue;
    }
    const end = Math.min(tree.ends[child] ?? 0, frame.cursor);
    const start = Math.max(tree.starts[child] ?? 0, frame.from);
    emit(walk, frame, end);
    frame.cursor = start;
    openFrame(frames, ++depth, tree, child, start, end);
  }
  out.reverse();
  if (frames.length > FRAMES_KEPT) frames.length = FRAMES_KEPT;
}

/** Frames of deeper traces are not kept for the next one. */
const FRAMES_KEPT = 1_024;

function openFrame(
  frames: Frame[],
  depth: number,
  tree: SpanTree,
  span: number,
  from: number,
  until: number,
): void {
  let frame = frames[depth];
  if (frame === undefined) frames[depth] = frame = new Frame();
  frame.span = span;
  frame.from = from;
  frame.until = until;
  frame.cursor = until;
  frame.at = tree.offsets[span] ?? 0;
  frame.to = tree.offsets[span + 1] ?? 0;
  frame.touch = Math.max(TOUCH_NANOS, durationOf(tree, span) * TOUCH_SHARE);
  frame.besideFrom = Number.POSITIVE_INFINITY;
}

/** The next child that has time before the cursor, or -1. */
function nextChild({ children, starts, ends, asynchronous }: SpanTree, frame: Frame): number {
  while (frame.at < frame.to) {
    const child = children[frame.at++] ?? 0;
    if (asynchronous[child] === 1) continue;
    const start = Math.max(starts[child] ?? 0, frame.from);
    const end = Math.min(ends[child] ?? 0, frame.until);
    if (start >= frame.cursor || end <= start) continue;
    const over = end - frame.cursor;
    if (over <= 0) return child;
    const touch = Math.max(frame.touch, clockStep(start, frame.cursor));
    if (over <= Math.min(touch, (end - start) / 2)) return child;
    frame.besideFrom = Math.min(frame.besideFrom, start);
  }
  return -1;
}

/** Gives what lies between `from` and the frame's cursor to the frame's own span. */
function emit(walk: Walk, frame: Frame, from: number): void {
  if (from >= frame.cursor) return;
  walk.out.push(frame.span, from, frame.cursor, kindOf(walk, frame, frame.cursor - from));
}

function kindOf({ tree, calls, uncoveredNanos }: Walk, frame: Frame, nanos: number): number {
  const { span } = frame;
  const call = calls.callOf[span] ?? -1;
  if (call >= 0) return (calls.answeredBy[call] ?? -1) >= 0 ? SEGMENT_EDGE : SEGMENT_WAIT;
  if (nanos < uncoveredNanos || frame.besideFrom < frame.cursor) return SEGMENT_OWN;
  const inside = calls.childNanos[span] ?? 0;
  return inside > 0 && inside >= durationOf(tree, span) * COVERED_SHARE
    ? SEGMENT_NONE
    : SEGMENT_OWN;
}

const durationOf = ({ starts, ends }: SpanTree, span: number): number =>
  (ends[span] ?? 0) - (starts[span] ?? 0);
