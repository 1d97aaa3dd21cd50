// A family is everything shown under one name. Within it, series of equal labels share a slot: that happens where two
// resources are told apart by no service.instance.id. They are shown as one, counters and histograms added up, of the
// others the latest, so that a scrape never fails for it.

import type { Label } from '../../../base/prometheus/label-name.ts';
import { addValues } from './add-values.ts';
import type { FamilyType, Row, Value } from './exposition.ts';
import type { ResourceLabels } from './resource-labels.ts';

export interface Series {
  readonly id: bigint;
  readonly family: Family;
  readonly slot: Slot;
  readonly resource: ResourceLabels;
  value: Value;
  timeNs: bigint;
  startNs: bigint;
  /** Of the monotonic clock. */
  updatedMs: number;
}

export interface Slot {
  readonly key: string;
  readonly labels: readonly Label[];
  readonly members: Set<Series>;
  /** What members counted that are gone: without it the sum of the others would go back. */
  retired: Value | undefined;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly slots: Map<string, Slot>;
}

const NANOS_PER_MILLI = 1_000_000n;

export function rowOf(family: Family, slot: Slot, withTime: boolean): Row | undefined {
  const members = [...slot.members];
  const [first] = members;
  if (first === undefined) return undefined;
  const newest = members.reduce((a, b) => (b.timeNs >= a.timeNs ? b : a), first);
  const counts = family.type === 'counter' || family.type === 'histogram';
  const value =
    counts && (members.length > 1 || slot.retired !== undefined)
      ? sumOf(slot, members, newest)
      : newest.value;
  const startNs = members.reduce(
    (start, one) => (one.startNs < start ? one.startNs : start),
    first.startNs,
  );
  return {
    labels: slot.labels,
    value,
    timeMs: withTime ? Number(newest.timeNs / NANOS_PER_MILLI) : undefined,
    startMs: startNs === 0n ? undefined : Number(startNs / NANOS_PER_MILLI),
  };
}

/** What cannot be added (other buckets) is left out; the newest is always in it. */
function sumOf(slot: Slot, members: readonly Series[], newest: Series): Value {
  let sum = newest.value;
  for (const { value } of members) {
    if (value !== newest.value) sum = addValues(value, sum) ?? sum;
  }
  return slot.retired === undefined ? sum : (addValues(slot.retired, sum) ?? sum);
}

/** Takes a series out; what it counted stays in the slot as long as the slot has others. */
export function retire(series: Series): void {
  const { slot, family, value } = series;
  slot.members.delete(series);
  if (slot.members.size === 0) {
    family.slots.delete(slot.key);
    return;
  }
  if (family.type !== 'counter' && family.type !== 'histogram') return;
  slot.retired =
    slot.retired === undefined ? value : (addValues(slot.retired, value) ?? slot.retired);
}
