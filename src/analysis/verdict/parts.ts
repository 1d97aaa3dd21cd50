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
  kind: PartKind;
  /** The wait was for a service that answered: network and queues on the way to it. */
  edge: boolean;
  /** String indexes: who had the time, whom it waited for (0: nobody), the operation. */
  service: number;
  peer: number;
  operation: number;
  /** Index of the group of attempts it is part of; -1: none. */
  attempts: number;
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
  /** By stretch of the path, the index of its part; longer than the path when the table was used before. */
  readonly partOf: Int32Array;
}

/** `table` may be used again from trace to trace; its parts are then valid until the next use. */
export function partsOf(
  tree: SpanTree,
  calls: Calls,
  groups: readonly CallGroup[],
  path: SegmentBuffer,
  table = new PartTable(),
): PartsOfPath {
  table.clear();
  const partOf = table.partOf(path.size);
  for (let at = 0; at < path.size; at++) {
    // Never an index of −1: that is a look-up by name, and this is the hottest line of the trace pass.
    const groupIndex = path.groups[at] ?? -1;
    const group = groupIndex < 0 ? undefined : groups[groupIndex];
    const index =
      group?.kind === 'serial'
        ? addSerial(table, tree, calls, group)
        : addSegment(table, tree, calls, path, at, group);
    table.grow(index, path, at);
    partOf[at] = index;
  }
  if (groups.length > 0) countSerialCalls(table.parts, partOf, groups, path);
  return { parts: table.parts, partOf };
}

function addSegment(
  table: PartTable,
  tree: SpanTree,
  calls: Calls,
  path: SegmentBuffer,
  at: number,
  group: CallGroup | undefined,
): number {
  const { services, operations } = tree.columns;
  const span = path.spans[at] ?? 0;
  const segment = path.kinds[at] ?? SEGMENT_OWN;
  const kind = KIND_OF_SEGMENT[segment] ?? 'own';
  const service = services[span] ?? 0;
  const attempts = group?.kind === 'attempts' ? (path.groups[at] ?? -1) : -1;
  if (kind === 'sleep') {
    const first = group?.members[0] ?? span;
    const peer = calleeOfMember(tree, calls, first);
    return table.add(kind, false, service, peer, operations[first] ?? 0, attempts);
  }
  const call = calls.callOf[span] ?? -1;
  if (call < 0) return table.add(kind, false, service, 0, operations[span] ?? 0, -1);
  const peer = calls.callees[call] ?? 0;
  return table.add(kind, segment === SEGMENT_EDGE, service, peer, operations[call] ?? 0, attempts);
}

/** Calls one after another belong to the caller; they are named by what answered. */
function addSerial(
  table: PartTable,
  tree: SpanTree,
  calls: Calls,
  { parent, members }: CallGroup,
): number {
  const { services, operations } = tree.columns;
  const member = members[0] ?? 0;
  const answer = calls.answeredBy[member] ?? -1;
  const operation = operations[answer >= 0 ? answer : member] ?? 0;
  const peer = calleeOfMember(tree, calls, member);
  return table.add('serial', false, services[parent] ?? 0, peer, operation, -1);
}

/** Few parts are found by looking through them all; many through a map. */
const LINEAR_MAX = 24;

export class PartTable {
  readonly parts: Part[] = [];
  /** Parts of earlier traces, to be filled again. */
  readonly #spare: Part[] = [];
  #index: Map<string, number> | undefined;
  #partOf = new Int32Array(0);

  clear(): void {
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop())
      if (this.#spare.length < LINEAR_MAX) this.#spare.push(part);
    this.#index = undefined;
  }

  partOf(size: number): Int32Array {
    if (this.#partOf.length < size)
      this.#partOf = new Int32Array(this.#partOf.length === 0 ? size : size * 2);
    return this.#partOf;
  }

  /** Index of the part with this key. */
  add(
    kind: PartKind,
    edge: boolean,
    service: number,
    peer: number,
    operation: number,
    attempts: number,
  ): number {
    const index = this.parts.length;
    if (this.#index === undefined) {
      for (let i = 0; i < index; i++) {
        const part = this.parts[i];
        if (
          part !== undefined &&
          part.operation === operation &&
          part.service === service &&
          part.peer === peer &&
          part.kind === kind &&
          part.edge === edge &&
          part.attempts === attempts
        )
          return i;
      }
    } else {
      const found = this.#index.get(keyText({ kind, edge, service, peer, operation, attempts }));
      if (found !== undefined) return found;
    }
    const part = this.#spare.pop() ?? emptyPart();
    part.kind = kind;
    part.edge = edge;
    part.service = service;
    part.peer = peer;
    part.operation = operation;
    part.attempts = attempts;
    part.nanos = 0;
    part.stretches = 0;
    part.calls = 0;
    part.spans.length = 0;
    this.parts.push(part);
    if (index === LINEAR_MAX)
      this.#index = new Map(this.parts.map((each, i) => [keyText(each), i]));
    else this.#index?.set(keyText(part), index);
    return index;
  }

  grow(index: number, path: SegmentBuffer, at: number): void {
    const part = this.parts[index];
    if (part === undefined) return;
    part.nanos += (path.ends[at] ?? 0) - (path.starts[at] ?? 0);
    part.stretches++;
    const span = path.spans[at] ?? 0;
    const { spans } = part;
    if (spans[spans.length - 1] === span) return;
    if (part.kind !== 'serial') part.calls++;
    if (spans.length < PART_MAX_SPANS) spans.push(span);
  }
}

const emptyPart = (): Part => ({
  kind: 'own',
  edge: false,
  service: 0,
  peer: 0,
  operation: 0,
  attempts: -1,
  nanos: 0,
  stretches: 0,
  spans: [],
  calls: 0,
});

const keyText = ({
  kind,
  edge,
  service,
  peer,
  operation,
  attempts,
}: Pick<Part, 'kind' | 'edge' | 'service' | 'peer' | 'operation' | 'attempts'>): string =>
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
