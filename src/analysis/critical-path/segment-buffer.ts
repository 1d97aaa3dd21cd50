// Stretches of a critical path as columns that grow. Reused from trace to trace where many are worked through.

import type { Frame } from './frame.ts';

/** Own work of the span's service. */
export const SEGMENT_OWN = 0;
/** In a call that nobody here answered: a database, an outside host. */
export const SEGMENT_WAIT = 1;
/** In a call, before the callee began or after it had answered: network, queues, connecting. Blames the callee. */
export const SEGMENT_EDGE = 2;
/** Between a failed attempt and the next. */
export const SEGMENT_SLEEP = 3;
/** Not covered by any span, although the span around it has others inside. */
export const SEGMENT_NONE = 4;

export class SegmentBuffer {
  /** The walk's own memory. */
  readonly frames: Frame[] = [];
  size = 0;
  spans = new Int32Array(64);
  starts = new Float64Array(64);
  ends = new Float64Array(64);
  kinds = new Uint8Array(64);
  /** Index of the call group that has the stretch; -1: none. */
  groups = new Int32Array(64);

  clear(): void {
    this.size = 0;
  }

  push(span: number, start: number, end: number, kind: number): void {
    if (this.size === this.spans.length) this.#grow();
    const at = this.size++;
    this.spans[at] = span;
    this.starts[at] = start;
    this.ends[at] = end;
    this.kinds[at] = kind;
    this.groups[at] = -1;
  }

  /** Turns the order round in place. */
  reverse(): void {
    const { spans, starts, ends, kinds, groups } = this;
    for (let low = 0, high = this.size - 1; low < high; low++, high--) {
      swap(spans, low, high);
      swap(starts, low, high);
      swap(ends, low, high);
      swap(kinds, low, high);
      swap(groups, low, high);
    }
  }

  #grow(): void {
    const length = this.spans.length * 2;
    this.spans = copyInto(new Int32Array(length), this.spans);
    this.starts = copyInto(new Float64Array(length), this.starts);
    this.ends = copyInto(new Float64Array(length), this.ends);
    this.kinds = copyInto(new Uint8Array(length), this.kinds);
    this.groups = copyInto(new Int32Array(length), this.groups);
  }
}

function swap(values: Int32Array | Float64Array | Uint8Array, a: number, b: number): void {
  const kept = values[a] ?? 0;
  values[a] = values[b] ?? 0;
  values[b] = kept;
}

function copyInto<T extends { set(from: T): void }>(target: T, from: T): T {
  target.set(from);
  return target;
}
