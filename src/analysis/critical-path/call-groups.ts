// Calls that belong together: siblings with the same service, operation and callee.
// - attempts: one that failed, and the next that began after it, and so on. The caller's time between two is back-off.
// - serial: four or more, never two at once, none of which took half of the time: the same question asked again and again.

import { CLOCK_STEP_NANOS, clockStep } from '../terms/clock-step.ts';
import { isError } from '../terms/error.ts';
import { isCall, isServed, KIND_SERVER } from '../terms/span-kind.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Calls } from './calls.ts';

export interface CallGroup {
  readonly kind: 'attempts' | 'serial';
  readonly parent: number;
  /** In order of start, at least two. */
  readonly members: readonly number[];
}

/** Fewer calls one after another are the normal way to write a program. */
const SERIAL_MIN_CALLS = 4;
/** A group of which one call has more than this share of the time is that call's matter. */
const SERIAL_LONGEST_SHARE = 0.5;
/** When failed attempts and the time between them are less of the whole, the last attempt's inside tells more. */
const ATTEMPTS_WASTE_SHARE = 0.25;
/** Two calls may overlap by this share of the shorter one, 1 µs, or their clock's step, and still be one after another. */
const OVERLAP_SHARE = 0.01;
const OVERLAP_NANOS = 1_000;

/** Appends the groups among the children of `parent` to `groups`. */
export function findCallGroups(
  tree: SpanTree,
  calls: Calls,
  parent: number,
  groups: CallGroup[],
): void {
  if (!mayHaveGroups(tree, calls, parent)) return;
  const siblings = callLikeChildren(tree, calls, parent);
  if (siblings.length < 2) return;
  for (const members of bySameCall(tree, calls, siblings)) {
    members.sort((a, b) => (tree.starts[a] ?? 0) - (tree.starts[b] ?? 0) || a - b);
    if (isSerial(tree, members)) groups.push({ kind: 'serial', parent, members });
    else attemptRuns(tree, parent, members, groups);
  }
}

/** String index of whom a member of a group waits for: its callee, itself when it is the callee, else that of a call inside. */
export function calleeOfMember(tree: SpanTree, calls: Calls, member: number): number {
  const { columns, offsets, children } = tree;
  if (calls.callOf[member] === member) return calls.callees[member] ?? 0;
  if (isServed(columns.kinds[member] ?? 0)) return columns.services[member] ?? 0;
  for (let at = offsets[member] ?? 0, to = offsets[member + 1] ?? 0; at < to; at++) {
    const child = children[at] ?? 0;
    if (calls.callOf[child] === child) return calls.callees[child] ?? 0;
  }
  return 0;
}

/** With few children it is cheap to see that no two are alike, and most spans have few. */
const FEW_CHILDREN = 6;

function mayHaveGroups(tree: SpanTree, calls: Calls, parent: number): boolean {
  const { children, offsets, columns } = tree;
  const from = offsets[parent] ?? 0;
  const to = offsets[parent + 1] ?? 0;
  if (to - from > FEW_CHILDREN) return true;
  for (let at = from; at < to; at++) {
    const child = children[at] ?? 0;
    for (let other = from; other < at; other++) {
      const sibling = children[other] ?? 0;
      if (
        columns.operations[child] === columns.operations[sibling] &&
        columns.services[child] === columns.services[sibling] &&
        calls.callees[child] === calls.callees[sibling]
      )
        return true;
    }
  }
  return false;
}

/** Calls, requests that another service sent without a CLIENT span, and spans that wrap a call. */
function callLikeChildren(tree: SpanTree, calls: Calls, parent: number): number[] {
  const { columns, offsets, children, asynchronous } = tree;
  const { kinds, services } = columns;
  const found: number[] = [];
  // Both ends of one call are no group: under a call, SERVER spans are answers.
  const underCall = isCall(kinds[parent] ?? 0);
  for (let at = offsets[parent] ?? 0, to = offsets[parent + 1] ?? 0; at < to; at++) {
    const child = children[at] ?? 0;
    if (asynchronous[child] === 1) continue;
    const kind = kinds[child] ?? 0;
    const called = kind === KIND_SERVER && !underCall && services[child] !== services[parent];
    if (isCall(kind) || called || (!isServed(kind) && calls.hasCall[child] === 1))
      found.push(child);
  }
  return found;
}

function bySameCall(tree: SpanTree, calls: Calls, siblings: readonly number[]): number[][] {
  const { services, operations, strings } = tree.columns;
  const radix = strings.length;
  const isExact = radix ** 3 <= Number.MAX_SAFE_INTEGER;
  const keyOf = (span: number): number | string => {
    const service = services[span] ?? 0;
    const operation = operations[span] ?? 0;
    const callee = calls.callees[span] ?? 0;
    return isExact
      ? (service * radix + operation) * radix + callee
      : `${service} ${operation} ${callee}`;
  };
  if (siblings.length === 2) {
    const [a = 0, b = 0] = siblings;
    return keyOf(a) === keyOf(b) ? [[a, b]] : [];
  }
  const lists = new Map<number | string, number[]>();
  for (const span of siblings) {
    const key = keyOf(span);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [span]);
    else list.push(span);
  }
  return [...lists.values()].filter((list) => list.length > 1);
}

function isSerial(tree: SpanTree, members: readonly number[]): boolean {
  if (members.length < SERIAL_MIN_CALLS) return false;
  let failed = 0;
  let total = 0;
  let longest = 0;
  for (const [i, member] of members.entries()) {
    const next = members[i + 1];
    if (next !== undefined && !isAfter(tree, next, member)) return false;
    if (next !== undefined && isError(tree.columns, member)) failed++;
    const nanos = durationOf(tree, member);
    total += nanos;
    longest = Math.max(longest, nanos);
  }
  if (failed * 2 >= members.length - 1 || longest > total * SERIAL_LONGEST_SHARE) return false;
  // Calls shorter than the clock's step could lie beside each other unseen: together they must fit into their time.
  const whole = (tree.ends[members.at(-1) ?? 0] ?? 0) - (tree.starts[members[0] ?? 0] ?? 0);
  return total <= whole * (1 + OVERLAP_SHARE) + CLOCK_STEP_NANOS;
}

function attemptRuns(
  tree: SpanTree,
  parent: number,
  members: readonly number[],
  groups: CallGroup[],
): void {
  let run: number[] = [];
  for (const [i, member] of members.entries()) {
    run.push(member);
    const next = members[i + 1];
    if (next !== undefined && isError(tree.columns, member) && isAfter(tree, next, member))
      continue;
    if (run.length > 1 && isWasteful(tree, run))
      groups.push({ kind: 'attempts', parent, members: run });
    run = [];
  }
}

function isWasteful(tree: SpanTree, run: readonly number[]): boolean {
  const last = run.at(-1) ?? 0;
  const whole = (tree.ends[last] ?? 0) - (tree.starts[run[0] ?? 0] ?? 0);
  return whole - durationOf(tree, last) >= whole * ATTEMPTS_WASTE_SHARE;
}

function isAfter(tree: SpanTree, later: number, earlier: number): boolean {
  const shorter = Math.min(durationOf(tree, later), durationOf(tree, earlier));
  const start = tree.starts[later] ?? 0;
  const step = clockStep(start, tree.starts[earlier] ?? 0);
  const tolerance = Math.max(OVERLAP_NANOS, shorter * OVERLAP_SHARE, step);
  return start >= (tree.ends[earlier] ?? 0) - tolerance;
}

const durationOf = ({ starts, ends }: SpanTree, span: number): number =>
  (ends[span] ?? 0) - (starts[span] ?? 0);
