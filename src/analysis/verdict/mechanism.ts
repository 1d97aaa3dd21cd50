// How the time came about, from most to least detail: the sentence takes the first that fits. Each begins with its own
// punctuation; the last is always empty.

import type { CallGroup } from '../critical-path/call-groups.ts';
import { isCallPair } from '../terms/asynchronous.ts';
import { isError } from '../terms/error.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Claim } from './claims.ts';
import { likelyLock, longestSpan } from './likely-lock.ts';
import { countText, secondsText, orderText, shortName } from './words.ts';

export function mechanismsOf(tree: SpanTree, claim: Claim): string[] {
  switch (claim.kind) {
    case 'attempts':
      return [...attempts(tree, claim), ''];
    case 'serial':
      return [...serial(tree, claim), ''];
    case 'wait':
      return [...wait(tree, claim), ''];
    case 'edge':
      return [
        ', on the network or in a queue: the callee had not begun or was done',
        ' on the way',
        '',
      ];
    case 'none':
      return [...uncovered(tree, claim), ''];
    case 'own':
      return [', not waiting on anything', ''];
  }
}

function attempts(tree: SpanTree, { groups }: Claim): string[] {
  const [group] = groups;
  const attemptCount = groups.reduce((sum, { members }) => sum + members.length, 0);
  const slept = groups.reduce((sum, each) => sum + sleptNanos(tree, each), 0);
  const pause = slept >= 1e6 ? `, ${secondsText(slept)} asleep between them` : '';
  const summary = `: ${countText(attemptCount)} attempts${pause}`;
  if (groups.length !== 1 || group === undefined || group.members.length > 3) {
    const failed = groups.flatMap(({ members }) => members).filter((m) => isError(tree.columns, m));
    return [
      `: ${countText(attemptCount)} attempts, ${countText(failed.length)} failed${pause}`,
      summary,
    ];
  }
  const told = group.members.flatMap((member, i) => {
    const before = group.members[i - 1];
    const gap = before === undefined ? 0 : (tree.starts[member] ?? 0) - (tree.ends[before] ?? 0);
    const verb = isError(tree.columns, member) ? 'failed after' : 'took';
    const nanos = secondsText(durationOf(tree, member));
    const step = `the ${orderText(i)} attempt ${verb} ${nanos}`;
    return gap >= 1e6 ? [`it slept ${secondsText(gap)}`, step] : [step];
  });
  const last = told.pop() ?? '';
  return [`: ${told.join(', ')}, and ${last}`, `: ${told.join(', ')}, ${last}`, summary];
}

/** Time between the attempts of a group, ns. */
export function sleptNanos(tree: SpanTree, { members }: CallGroup): number {
  let slept = 0;
  for (const [i, member] of members.entries()) {
    const before = members[i - 1];
    if (before !== undefined)
      slept += Math.max(0, (tree.starts[member] ?? 0) - (tree.ends[before] ?? 0));
  }
  return slept;
}

function serial(tree: SpanTree, { parts }: Claim): string[] {
  const [part] = parts;
  if (part === undefined) return [];
  const what = operationText(tree, part.operation);
  return [
    `: ${part.calls.toLocaleString('en-US')} × ${what}, never two at once`,
    `: ${part.calls.toLocaleString('en-US')} × ${what}`,
    `: ${part.calls.toLocaleString('en-US')} calls`,
  ];
}

function wait(tree: SpanTree, claim: Claim): string[] {
  const part = claim.parts[0];
  if (part === undefined) return [];
  const longest = longestSpan(tree, part.spans);
  const nanos = secondsText(durationOf(tree, longest));
  const calls = claim.parts.reduce((sum, each) => sum + each.calls, 0).toLocaleString('en-US');
  const what = operationText(tree, part.operation);
  const verb = isError(tree.columns, longest) ? 'failed after' : 'took';
  const lock = likelyLock(tree, claim);
  const forLock = lock === undefined ? '' : ', most likely for a lock';
  const asking = lock === undefined ? what : `${what} (${lock.words})`;
  if (durationOf(tree, longest) < claim.nanos / 2)
    return [
      `${forLock}: ${calls} calls, the longest, ${asking}, ${verb} ${nanos}`,
      `${forLock}: ${calls} calls`,
    ];
  return [`${forLock}: ${asking} ${verb} ${nanos}`, forLock];
}

/** Where the gap is: before or after which span. */
function uncovered(tree: SpanTree, claim: Claim): string[] {
  const gap = claim.gap;
  if (gap === undefined) return [];
  const { children, offsets, starts, ends, asynchronous } = tree;
  let next = -1;
  let previous = -1;
  for (let at = offsets[gap.span] ?? 0, to = offsets[gap.span + 1] ?? 0; at < to; at++) {
    const child = children[at] ?? 0;
    if (asynchronous[child] === 1) continue;
    const start = starts[child] ?? 0;
    if (start >= gap.end && (next < 0 || start < (starts[next] ?? 0))) next = child;
    const end = ends[child] ?? 0;
    if (end <= gap.start && (previous < 0 || end > (ends[previous] ?? 0))) previous = child;
  }
  if (next >= 0) return [`, before ${callText(tree, next)}`];
  return previous >= 0 ? [`, after ${callText(tree, previous)}`] : [];
}

/** A span in words; a call that was answered goes by what answered. */
function callText(tree: SpanTree, span: number): string {
  const { columns, offsets, children } = tree;
  let named = span;
  for (let at = offsets[span] ?? 0, to = offsets[span + 1] ?? 0; at < to; at++) {
    const child = children[at] ?? 0;
    if (isCallPair(columns.kinds[span], columns.kinds[child])) named = child;
  }
  return operationText(tree, columns.operations[named] ?? 0);
}

const operationText = ({ columns }: SpanTree, operation: number): string =>
  shortName(columns.strings[operation] ?? '');

const durationOf = ({ starts, ends }: SpanTree, span: number): number =>
  (ends[span] ?? 0) - (starts[span] ?? 0);
