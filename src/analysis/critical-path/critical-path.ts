// The critical path of one trace, stretch by stretch with what kind of time each was and which calls belong together.
// sweep.ts walks, calls.ts knows whom a call waited for, call-groups.ts finds attempts and calls one after another.

import type { SpanTree } from '../terms/span-tree.ts';
import { findCallGroups, type CallGroup } from './call-groups.ts';
import type { Calls } from './calls.ts';
import { SEGMENT_NONE, SEGMENT_OWN, SEGMENT_SLEEP, type SegmentBuffer } from './segment-buffer.ts';
import { sweep } from './sweep.ts';

/** Shorter pauses between two attempts are the caller's own work. */
const SLEEP_NANOS = 1_000_000;

/** Fills `out` with the path under `root`; `out.groups` are indexes in the result, -1 for stretches outside any group. */
export function criticalPath(
  tree: SpanTree,
  calls: Calls,
  root: number,
  out: SegmentBuffer,
): CallGroup[] {
  sweep(tree, calls, root, out);
  const groups = groupsOnPath(tree, calls, root, out);
  if (groups.length > 0) assignGroups(tree, groups, out);
  return groups;
}

/** Groups among the children of spans on the path, outer ones first; a group inside another is left to the outer one. */
function groupsOnPath(
  tree: SpanTree,
  calls: Calls,
  root: number,
  path: SegmentBuffer,
): CallGroup[] {
  const { parents } = tree.columns;
  const groups: CallGroup[] = [];
  for (let at = 0; at < path.size; at++) {
    let span = path.spans[at] ?? -1;
    for (; span >= 0 && calls.looked[span] !== root; span = parents[span] ?? -1) {
      calls.looked[span] = root;
      if ((calls.callLike[span] ?? 0) < 2) continue;
      findCallGroups(tree, calls, span, groups);
    }
  }
  return groups;
}

function assignGroups(tree: SpanTree, groups: readonly CallGroup[], path: SegmentBuffer): void {
  const memberOf = new Map<number, number>();
  for (const [index, { members }] of groups.entries())
    for (const member of members) memberOf.set(member, index);
  const outermost = outermostGroups(tree, memberOf);
  const pauses = pausesByParent(tree, groups);
  for (let at = 0; at < path.size; at++) {
    const span = path.spans[at] ?? 0;
    const around = outermost(span);
    path.groups[at] = around;
    const pause = pauses.get(span)?.at(path.starts[at] ?? 0);
    if (pause === undefined) continue;
    const group = groups[pause.group];
    const kind = path.kinds[at];
    if (group === undefined || (kind !== SEGMENT_OWN && kind !== SEGMENT_NONE)) continue;
    if (group.kind === 'attempts') {
      if ((path.ends[at] ?? 0) - (path.starts[at] ?? 0) < SLEEP_NANOS) continue;
      path.kinds[at] = SEGMENT_SLEEP;
    } else if (kind === SEGMENT_NONE) continue;
    if (around < 0) path.groups[at] = pause.group;
  }
}

/** By span, the outermost group that it or one above it is a member of; remembered, so that each span is climbed once. */
function outermostGroups(
  { columns: { parents } }: SpanTree,
  memberOf: ReadonlyMap<number, number>,
): (span: number) => number {
  const known = new Map<number, number>();
  return (from) => {
    const trail: number[] = [];
    let span = from;
    while (span >= 0 && !known.has(span)) {
      trail.push(span);
      span = parents[span] ?? -1;
    }
    let group = span < 0 ? -1 : (known.get(span) ?? -1);
    for (let at = trail.length - 1; at >= 0; at--) {
      const below = trail[at] ?? 0;
      if (group < 0) group = memberOf.get(below) ?? -1;
      known.set(below, group);
    }
    return group;
  };
}

/** The times between two members of one group, of all groups under a parent. */
class Pauses {
  readonly #members: Array<{
    readonly end: number;
    readonly group: number;
    readonly last: boolean;
  }> = [];
  #next = 0;

  add(end: number, group: number, last: boolean): void {
    this.#members.push({ end, group, last });
  }

  sort(): void {
    this.#members.sort((a, b) => a.end - b.end);
  }

  /** The group whose pause the stretch beginning at `start` is in. To be asked in order of time. */
  at(start: number): { readonly group: number } | undefined {
    while ((this.#members[this.#next]?.end ?? Number.POSITIVE_INFINITY) <= start) this.#next++;
    const before = this.#members[this.#next - 1];
    return before === undefined || before.last ? undefined : before;
  }
}

function pausesByParent(tree: SpanTree, groups: readonly CallGroup[]): Map<number, Pauses> {
  const byParent = new Map<number, Pauses>();
  for (const [index, { parent, members }] of groups.entries()) {
    let pauses = byParent.get(parent);
    if (pauses === undefined) byParent.set(parent, (pauses = new Pauses()));
    for (const [i, member] of members.entries())
      pauses.add(tree.ends[member] ?? 0, index, i === members.length - 1);
  }
  for (const pauses of byParent.values()) pauses.sort();
  return byParent;
}
