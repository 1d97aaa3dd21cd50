// The critical path by who had the time and what for: stretches of the same kind, service, peer and operation are one part.
// The parts' times add up to the time to the answer.

import { calleeOfMember, type CallGroup } from '../critical-path/call-groups.ts';
import type { Calls } from '../critical-path/calls.ts';
import {
  SEGMENT_EDGE,
  SEGMENT_NONE,
  SEGMENT_OWN,
  SEGMENT_SLEEP,
  SEGMENT_WAIT,
  type SegmentBuffer,
} from '../critical-path/segment-buffer.ts';
import type { SpanTree } from '../terms/span-tree.ts';

/** `serial`: calls one after another. `none`: not covered by any span. `rest` only where parts were put together. */
export type PartKind = 'own' | 'wait' | 'sleep' | 'serial' | 'none' | 'rest';

export interface Part {
  readonly kind: PartKind;
  /** The wait was for a service that answered: network and queues on the way to it. */
  readonly edge: boolean;
  /** String indexes: who had the time, whom it waited for (0: nobody), the operation. */
  readonly service: number;
  readonly peer: number;
  readonly operation: number;
  /** Index of the group of attempts it is part of; -1: none. */
  readonly attempts: number;
  nanos: number;
  stretches: number;
  /** Spans that make it up, each once, in order of time; at most PART_MAX_SPANS. */
  readonly spans: number[];
  /** Calls it consists of, also beyond those in `spans`. */
  calls: number;
}

const PART_MAX_SPANS = 1_000;

const KIND_OF_SEGMENT: Readonly<Record<number, PartKind>> = {
  [SEGMENT_OWN]: 'own',
  [SEGMENT_WAIT]: 'wait',
  [SEGMENT_EDGE]: 'wait',
  [SEGMENT_SLEEP]: 'sleep',
  [SEGMENT_NONE]: 'none',
};

export interface PartsOfPath {
  readonly parts: readonly Part[];
  /** By stretch of the path, the index of its part. */
  readonly partOf: Int32Array;
}

export function partsOf(
  tree: SpanTree,
  calls: Calls,
  groups: readonly CallGroup[],
  path: SegmentBuffer,
): PartsOfPath {
  const table = new PartTable();
  const partOf = new Int32Array(path.size);
  for (let at = 0; at < path.size; at++) {
    const group = groups[path.groups[at] ?? -1];
    const index =
      group?.kind === 'serial'
        ? table.add(serialKey(tree, calls, group))
        : table.add(segmentKey(tree, calls, path, at, group));
    table.grow(index, path, at);
    partOf[at] = index;
  }
  countSerialCalls(table.parts, partOf, groups, path);
  return { parts: table.parts, partOf };
}

type PartKey = Pick<Part, 'kind' | 'edge' | 'service' | 'peer' | 'operation' | 'attempts'>;

function segmentKey(
  tree: SpanTree,
  calls: Calls,
  path: SegmentBuffer,
  at: number,
  group: CallGroup | undefined,
): PartKey {
  const { columns } = tree;
  const span = path.spans[at] ?? 0;
  const segment = path.kinds[at] ?? SEGMENT_OWN;
  const kind = KIND_OF_SEGMENT[segment] ?? 'own';
  const service = columns.services[span] ?? 0;
  const attempts = group?.kind === 'attempts' ? (path.groups[at] ?? -1) : -1;
  if (kind === 'sleep') {
    const first = group?.members[0] ?? span;
    const peer = calleeOfMember(tree, calls, first);
    return {
      kind,
      edge: false,
      service,
      peer,
      operation: columns.operations[first] ?? 0,
      attempts,
    };
  }
  const call = calls.callOf[span] ?? -1;
  if (call < 0) {
    const operation = columns.operations[span] ?? 0;
    return { kind, edge: false, service, peer: 0, operation, attempts: -1 };
  }
  const peer = calls.callees[call] ?? 0;
  const operation = columns.operations[call] ?? 0;
  return { kind, edge: segment === SEGMENT_EDGE, service, peer, operation, attempts };
}

/** Calls one after another belong to the caller; they are named by what answered. */
function serialKey(tree: SpanTree, calls: Calls, { parent, members }: CallGroup): PartKey {
  const { columns } = tree;
  const member = members[0] ?? 0;
  const answer = calls.answeredBy[member] ?? -1;
  const named = answer >= 0 ? answer : member;
  const service = columns.services[parent] ?? 0;
  const peer = calleeOfMember(tree, calls, member);
  const operation = columns.operations[named] ?? 0;
  return { kind: 'serial', edge: false, service, peer, operation, attempts: -1 };
}

/** Few parts are found by looking through them all; many through a map. */
const LINEAR_MAX = 24;

class PartTable {
  readonly parts: Part[] = [];
  #index: Map<string, number> | undefined;

  add(key: PartKey): number {
    const found = this.#index === undefined ? this.#look(key) : this.#index.get(keyText(key));
    if (found !== undefined) return found;
    const index = this.parts.length;
    this.parts.push({ ...key, nanos: 0, stretches: 0, spans: [], calls: 0 });
    if (index === LINEAR_MAX)
      this.#index = new Map(this.parts.map((part, i) => [keyText(part), i]));
    else this.#index?.set(keyText(key), index);
    return index;
  }

  #look(key: PartKey): number | undefined {
    for (const [i, part] of this.parts.entries()) if (isSamePart(part, key)) return i;
    return undefined;
  }

  grow(index: number, path: SegmentBuffer, at: number): void {
    const part = this.parts[index];
    if (part === undefined) return;
    part.nanos += (path.ends[at] ?? 0) - (path.starts[at] ?? 0);
    part.stretches++;
    const span = path.spans[at] ?? 0;
    if (part.spans.at(-1) === span) return;
    if (part.kind !== 'serial') part.calls++;
    if (part.spans.length < PART_MAX_SPANS) part.spans.push(span);
  }
}

const isSamePart = (a: PartKey, b: PartKey): boolean =>
  a.operation === b.operation &&
  a.service === b.service &&
  a.peer === b.peer &&
  a.kind === b.kind &&
  a.edge === b.edge &&
  a.attempts === b.attempts;

const keyText = ({ kind, edge, service, peer, operation, attempts }: PartKey): string =>
  `${kind} ${edge ? 1 : 0} ${service} ${peer} ${operation} ${attempts}`;

/** A part of calls one after another consists of its groups' calls, not of the stretches beneath them. */
function countSerialCalls(
  parts: readonly Part[],
  partOf: Int32Array,
  groups: readonly CallGroup[],
  path: SegmentBuffer,
): void {
  const counted = new Set<number>();
  for (let at = 0; at < path.size; at++) {
    const index = path.groups[at] ?? -1;
    const group = groups[index];
    const part = parts[partOf[at] ?? -1];
    if (group?.kind !== 'serial' || part === undefined || counted.has(index)) continue;
    if (part.calls === 0) part.spans.length = 0;
    counted.add(index);
    part.calls += group.members.length;
    part.spans.push(...group.members.slice(0, PART_MAX_SPANS - part.spans.length));
  }
}
