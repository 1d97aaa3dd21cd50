// The tree over span columns: who the children are, in which order parents come before them, corrected times, and which
// children nobody waited for. Built once, read by all terms. Works for a forest of many traces at the same price.

import { isAsynchronous } from './asynchronous.ts';
import { correctClocks, type ClockCorrection } from './clocks.ts';
import { ORIGIN_REPEATED } from './origin.ts';
import type { SpanColumns } from './span-columns.ts';

export interface SpanTree {
  readonly columns: SpanColumns;
  /** Spans without a parent, in order of index. */
  readonly roots: Int32Array;
  /** Every span but repeated ones, parents before their children. */
  readonly order: Int32Array;
  /** Children of span i are `children[offsets[i]]` to before `offsets[i + 1]`, last to end first. */
  readonly offsets: Int32Array;
  readonly children: Int32Array;
  /** Times after clock correction, ns relative to the columns' base. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly corrections: readonly ClockCorrection[];
  /** 1: asynchronous. */
  readonly asynchronous: Uint8Array;
}

export function buildSpanTree(columns: SpanColumns): SpanTree {
  const { size, origins, parents } = columns;
  const offsets = new Int32Array(size + 1);
  let rootCount = 0;
  for (let span = 0; span < size; span++) {
    if (origins[span] === ORIGIN_REPEATED) continue;
    const parent = parents[span] ?? -1;
    if (parent < 0) rootCount++;
    else offsets[parent + 1] = (offsets[parent + 1] ?? 0) + 1;
  }
  for (let span = 0; span < size; span++)
    offsets[span + 1] = (offsets[span + 1] ?? 0) + (offsets[span] ?? 0);
  const children = new Int32Array(offsets[size] ?? 0);
  const roots = new Int32Array(rootCount);
  const filled = offsets.slice(0, size);
  let rootsFilled = 0;
  for (let span = 0; span < size; span++) {
    if (origins[span] === ORIGIN_REPEATED) continue;
    const parent = parents[span] ?? -1;
    if (parent < 0) roots[rootsFilled++] = span;
    else {
      const at = filled[parent] ?? 0;
      children[at] = span;
      filled[parent] = at + 1;
    }
  }
  const order = parentsFirst(roots, offsets, children);
  const { starts, ends, corrections } = correctClocks(columns, order);
  sortByEnd(offsets, children, ends, size);
  const asynchronous = new Uint8Array(size);
  for (const span of order)
    asynchronous[span] = isAsynchronous(columns, starts, ends, span) ? 1 : 0;
  return { columns, roots, order, offsets, children, starts, ends, corrections, asynchronous };
}

function parentsFirst(roots: Int32Array, offsets: Int32Array, children: Int32Array): Int32Array {
  const order = new Int32Array(roots.length + children.length);
  order.set(roots);
  let filled = roots.length;
  for (let read = 0; read < filled; read++) {
    const span = order[read] ?? 0;
    for (let at = offsets[span] ?? 0, to = offsets[span + 1] ?? 0; at < to; at++)
      order[filled++] = children[at] ?? 0;
  }
  return order;
}

/** Most spans have few children: those are sorted in place by insertion. */
const INSERTION_SORT_MAX = 24;

function sortByEnd(
  offsets: Int32Array,
  children: Int32Array,
  ends: Float64Array,
  size: number,
): void {
  const byEnd = (a: number, b: number): number => (ends[b] ?? 0) - (ends[a] ?? 0) || b - a;
  for (let span = 0; span < size; span++) {
    const from = offsets[span] ?? 0;
    const to = offsets[span + 1] ?? 0;
    if (to - from > INSERTION_SORT_MAX) {
      children.subarray(from, to).sort(byEnd);
      continue;
    }
    for (let at = from + 1; at < to; at++) {
      const moved = children[at] ?? 0;
      let hole = at;
      for (; hole > from && byEnd(children[hole - 1] ?? 0, moved) > 0; hole--)
        children[hole] = children[hole - 1] ?? 0;
      children[hole] = moved;
    }
  }
}
