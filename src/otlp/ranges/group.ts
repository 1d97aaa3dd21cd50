// Which items belong together, as numbers: by trace, or by resource. `pickItems` turns a group into a request.

import type { Signal } from '../../base/signal.ts';
import type { BatchOf, TraceBatch } from '../batch.ts';
import { MetricIndex } from '../index/metric-index.ts';
import { hashTrace, sameTraceWords } from '../index/trace-words.ts';

export interface ItemGroups {
  readonly count: number;
  /** Item numbers, group after group; within a group in the order of the batch. */
  readonly order: Int32Array;
  /** Group g is `order` from `starts[g]` up to `starts[g + 1]`. Groups come in the order of their first items. */
  readonly starts: Int32Array;
}

/** Spans by trace id. */
export function groupByTrace(batch: TraceBatch): ItemGroups {
  const { count, traceWords } = batch.index();
  let slots = 16;
  while (slots < count * 2) slots *= 2;
  const firstSpan = new Int32Array(slots).fill(-1); // open addressing: slot → first span of its trace
  const groupOf = new Int32Array(count);
  let groups = 0;
  for (let span = 0; span < count; span++) {
    let slot = hashTrace(traceWords, span * 4) & (slots - 1);
    for (;;) {
      const first = firstSpan[slot] ?? -1;
      if (first === -1) {
        firstSpan[slot] = span;
        groupOf[span] = groups++;
        break;
      }
      if (sameTraceWords(traceWords, first * 4, traceWords, span * 4)) {
        groupOf[span] = groupOf[first] ?? 0;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }
  return groupItems(groupOf, groups);
}

/**
 * Items by resource: resource groups whose key is equal fall together.
 * @param keyOf tells a resource group by its number, e.g. its identity or one of its attributes.
 */
export function groupByResource<S extends Signal>(
  batch: BatchOf<S>,
  keyOf: (resource: number) => bigint | string,
): ItemGroups {
  const index: ReturnType<BatchOf<Signal>['index']> = batch.index();
  const groupOfKey = new Map<bigint | string, number>();
  const groupOfResource = new Int32Array(index.resources.count).fill(-1);
  const groupOf = new Int32Array(index.count);
  for (let item = 0; item < index.count; item++) {
    const resource =
      (index instanceof MetricIndex
        ? index.metrics.resource[index.metric[item] ?? 0]
        : index.resource[item]) ?? 0;
    if (groupOfResource[resource] === -1) {
      const key = keyOf(resource);
      const group = groupOfKey.get(key) ?? groupOfKey.size;
      groupOfKey.set(key, group);
      groupOfResource[resource] = group;
    }
    groupOf[item] = groupOfResource[resource] ?? 0;
  }
  return groupItems(groupOf, groupOfKey.size);
}

/** Counting sort. */
function groupItems(groupOf: Int32Array, count: number): ItemGroups {
  const starts = new Int32Array(count + 1);
  for (const group of groupOf) starts[group + 1] = (starts[group + 1] ?? 0) + 1;
  for (let group = 0; group < count; group++) {
    starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
  }
  const next = starts.slice(0, count);
  const order = new Int32Array(groupOf.length);
  groupOf.forEach((group, item) => {
    const at = next[group] ?? 0;
    order[at] = item;
    next[group] = at + 1;
  });
  return { count, order, starts };
}
