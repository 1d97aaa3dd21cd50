// The trace as a tree of text lines with durations, services and marks, for terminals:
//
//   Trace 4f1c09be
//   └── [4.01 s] POST /checkout (api-gateway)
//       └── [3.30 s] POST /charges (payment-service)        <-- slow
//           ├── [1.50 s] POST (api.example), attempt 1, failed   <-- root cause
//
// `root cause` stands at what the verdict names, `slow` at the request around it. A call and its answer are one line.
// Four and more similar siblings are one line. Long traces leave out what is short and off the critical path, with a count.

import { isAsynchronous, isCallPair } from '../terms/asynchronous.ts';
import { isError } from '../terms/error.ts';
import { ORIGIN_MISSING } from '../terms/origin.ts';
import { isRequest } from '../terms/request.ts';
import { isCall } from '../terms/span-kind.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { TraceExplanation } from './explain-trace.ts';
import { durationText, peerText, shortName } from './words.ts';

export type TreeMark = '' | 'slow' | 'root cause';

export interface AnnotatedLine {
  /** Box drawing in front of the text. */
  readonly branch: string;
  readonly duration: string;
  readonly what: string;
  /** Service, or the outside peer of a call. Empty for notes. */
  readonly where: string;
  /** `attempt 1, failed`, `longest 40.0 ms`; empty: nothing. */
  readonly remark: string;
  readonly mark: TreeMark;
  readonly failed: boolean;
  /** -1: a line that stands for no span. */
  readonly span: number;
}

/** From here on what is short and off the path is left out. */
const FULL_MAX_LINES = 60;
const LINES_MAX = 200;
const DEPTH_MAX = 40;
const FOLD_MIN = 4;
const SHORT_SHARE = 0.02;

export function annotatedTree(explanation: TraceExplanation): AnnotatedLine[] {
  if (explanation.root < 0) return [];
  const full = new TreeWriter(explanation, false).write();
  return full.length <= FULL_MAX_LINES ? full : new TreeWriter(explanation, true).write();
}

/** Lines of equal columns, ready to print. */
export function treeText(lines: readonly AnnotatedLine[]): string[] {
  const texts = lines.map(
    ({ branch, duration, what }) => `${branch}${duration === '' ? '' : `[${duration}] `}${what}`,
  );
  const width = Math.min(72, Math.max(0, ...texts.map((text) => text.length)));
  const ends = lines.map(({ where, remark }) =>
    [where === '' ? '' : `(${where})`, remark].filter(Boolean).join(' '),
  );
  const endWidth = Math.min(48, Math.max(0, ...ends.map((text) => text.length)));
  return lines.map(({ mark }, i) => {
    const line = `${(texts[i] ?? '').padEnd(width)}  ${(ends[i] ?? '').padEnd(endWidth)}`;
    return mark === '' ? line.trimEnd() : `${line}  <-- ${mark}`;
  });
}

interface Item {
  readonly span: number;
  /** Similar siblings in one line; of one span, only itself. */
  readonly members: readonly number[];
  readonly note: string;
  readonly start: number;
  readonly nanos: number;
}

const textItem = (note: string): Item => ({ span: -1, members: [], note, start: 0, nanos: 0 });

interface Open {
  readonly item: Item;
  readonly depth: number;
  /** Branches in front of the item's children. */
  readonly indent: string;
  readonly isLast: boolean;
}

class TreeWriter {
  readonly #tree: SpanTree;
  readonly #explanation: TraceExplanation;
  readonly #prune: boolean;
  readonly #onPath = new Uint8Array(0);
  readonly #edgeNanos = new Map<number, number>();
  readonly #notes = new Map<number, Item[]>();
  readonly #attempts = new Map<number, number>();
  readonly #cause: number;
  readonly #slow: number;
  readonly #lines: AnnotatedLine[] = [];

  constructor(explanation: TraceExplanation, prune: boolean) {
    const { tree, path, notes, groups, root } = explanation;
    this.#explanation = explanation;
    this.#tree = tree;
    this.#prune = prune;
    this.#onPath = new Uint8Array(tree.columns.size);
    for (const { span, edge, start, end } of path) {
      for (let at = span; at >= 0 && this.#onPath[at] === 0; at = tree.columns.parents[at] ?? -1)
        this.#onPath[at] = 1;
      if (edge) this.#edgeNanos.set(span, (this.#edgeNanos.get(span) ?? 0) + end - start);
    }
    for (const { kind, span, start, end } of notes) {
      if (start === undefined || end === undefined) continue;
      const note = kind === 'sleep' ? 'asleep between attempts' : 'not covered by any span';
      const list = this.#notes.get(span) ?? [];
      list.push({ span: -1, members: [], note, start, nanos: end - start });
      this.#notes.set(span, list);
    }
    for (const group of groups)
      if (group.kind === 'attempts')
        for (const [i, member] of group.members.entries()) this.#attempts.set(member, i + 1);
    this.#cause = causeOf(explanation);
    this.#slow = slowRequest(tree, this.#cause, root);
  }

  write(): AnnotatedLine[] {
    const { root, tree } = this.#explanation;
    const others = tree.roots.filter((other) => other !== root).slice(0, LINES_MAX);
    const open: Open[] = [root, ...others]
      .map((span, i, all) => ({
        item: this.#item(span),
        depth: 0,
        indent: '',
        isLast: i === all.length - 1,
      }))
      .reverse();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#lines.length >= LINES_MAX) {
        this.#push(next, { what: `… ${(open.length + 1).toLocaleString('en-US')} more branches` });
        break;
      }
      this.#line(next);
      open.push(...this.#below(next).reverse());
    }
    return this.#lines;
  }

  #item(span: number): Item {
    const { starts, ends } = this.#tree;
    const start = starts[span] ?? 0;
    return { span, members: [span], note: '', start, nanos: (ends[span] ?? 0) - start };
  }

  #below({ item, depth, indent, isLast }: Open): Open[] {
    if (item.span < 0 || item.members.length > 1) return [];
    const items = this.#children(item.span);
    const inner = `${indent}${isLast ? '    ' : '│   '}`;
    const last = items.at(-1);
    if (last !== undefined && depth + 1 >= DEPTH_MAX) {
      return [{ item: textItem('… deeper spans'), depth: depth + 1, indent: inner, isLast: true }];
    }
    return items.map((below) => ({
      item: below,
      depth: depth + 1,
      indent: inner,
      isLast: below === last,
    }));
  }

  /** Children and notes of a span in order of time, similar ones folded, calls replaced by their answers. */
  #children(span: number): Item[] {
    const { offsets, children, columns } = this.#tree;
    const similar = new Map<string, number[]>();
    let hidden = 0;
    for (let at = offsets[span] ?? 0, to = offsets[span + 1] ?? 0; at < to; at++) {
      const child = children[at] ?? 0;
      if (this.#isHidden(child)) {
        hidden++;
        continue;
      }
      const shown = this.#answerOf(child);
      const key = this.#attempts.has(child)
        ? `attempt ${child}`
        : `${columns.services[shown] ?? 0} ${columns.operations[shown] ?? 0} ${columns.peers[shown] ?? 0}`;
      const list = similar.get(key);
      if (list === undefined) similar.set(key, [child]);
      else list.push(child);
    }
    const items = [...similar.values()].flatMap((list) =>
      list.length < FOLD_MIN
        ? list.map((child) => this.#item(this.#answerOf(child)))
        : [this.#fold(list)],
    );
    items.push(...(this.#notes.get(span) ?? []));
    items.sort((a, b) => a.start - b.start || a.span - b.span);
    const surplus = items.splice(LINES_MAX).length;
    if (surplus > 0) items.push(textItem(`… ${surplus.toLocaleString('en-US')} more`));
    if (hidden > 0) {
      const count = hidden.toLocaleString('en-US');
      items.push(textItem(`… ${count} more, each under 2 % and off the critical path`));
    }
    return items;
  }

  #fold(members: number[]): Item {
    const { starts, ends } = this.#tree;
    members.sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
    let end = 0;
    for (const member of members) end = Math.max(end, ends[member] ?? 0);
    const span = members[0] ?? -1;
    const start = starts[span] ?? 0;
    return { span, members, note: '', start, nanos: end - start };
  }

  #isHidden(span: number): boolean {
    if (!this.#prune || this.#onPath[span] === 1 || isError(this.#tree.columns, span)) return false;
    const nanos = (this.#tree.ends[span] ?? 0) - (this.#tree.starts[span] ?? 0);
    return nanos < this.#explanation.totalNanos * SHORT_SHARE;
  }

  /** The SERVER span that is a CLIENT span's only child, unless the way between them matters itself. */
  #answerOf(span: number): number {
    const { offsets, children, columns } = this.#tree;
    const from = offsets[span] ?? 0;
    const child = children[from] ?? -1;
    const single = (offsets[span + 1] ?? 0) - from === 1;
    if (!single || !isCallPair(columns.kinds[span], columns.kinds[child])) return span;
    if (this.#attempts.has(span)) return span;
    if (span === this.#cause && this.#explanation.culprit?.kind !== 'serial') return span;
    const edge = this.#edgeNanos.get(span) ?? 0;
    return edge >= this.#explanation.totalNanos * SHORT_SHARE && edge >= 1e6 ? span : child;
  }

  #line(open: Open): void {
    const { span, members, note, nanos } = open.item;
    if (span < 0) {
      const isCause =
        this.#cause === -1 && note === this.#causeNote() && this.#isLongestNote(nanos);
      this.#push(open, {
        duration: nanos > 0 ? durationText(nanos) : '',
        what: note,
        mark: isCause ? 'root cause' : '',
      });
      return;
    }
    const { columns } = this.#tree;
    const shown = members.length > 1 ? this.#answerOf(span) : span;
    const count = members.length > 1 ? `${members.length.toLocaleString('en-US')} × ` : '';
    this.#push(open, {
      duration: durationText(nanos),
      what: `${count}${clean(columns.strings[columns.operations[shown] ?? 0] ?? '')}`,
      where: clean(this.#whereOf(shown)),
      remark: this.#remark(members),
      mark: members.includes(this.#cause)
        ? 'root cause'
        : members.includes(this.#slow)
          ? 'slow'
          : '',
      failed: members.some((member) => isError(columns, member)),
      span,
    });
  }

  #whereOf(span: number): string {
    const { columns, offsets } = this.#tree;
    const peer = columns.strings[columns.peers[span] ?? 0] ?? '';
    const isLeaf = (offsets[span + 1] ?? 0) === (offsets[span] ?? 0);
    if (peer !== '' && isCall(columns.kinds[span] ?? 0) && (isLeaf || this.#attempts.has(span)))
      return peerText(peer);
    return columns.strings[columns.services[span] ?? 0] ?? '';
  }

  #remark(members: readonly number[]): string {
    const { columns, starts, ends } = this.#tree;
    const failed = members.filter((member) => isError(columns, member)).length;
    if (members.length > 1) {
      let longest = 0;
      for (const member of members)
        longest = Math.max(longest, (ends[member] ?? 0) - (starts[member] ?? 0));
      return `longest ${durationText(longest)}${failed > 0 ? `, ${failed} failed` : ''}`;
    }
    const span = members[0] ?? 0;
    const attempt = this.#attempts.get(span);
    const late = isAsynchronous(columns, starts, ends, span);
    return [
      attempt === undefined ? '' : `attempt ${attempt}`,
      failed > 0 ? 'failed' : '',
      late ? 'not waited for' : '',
      columns.origins[span] === ORIGIN_MISSING ? 'its parent did not arrive' : '',
    ]
      .filter(Boolean)
      .join(', ');
  }

  #causeNote(): string {
    return this.#explanation.culprit?.kind === 'none' ? 'not covered by any span' : '';
  }

  #isLongestNote(nanos: number): boolean {
    const gaps = this.#explanation.notes.filter(({ kind }) => kind === 'uncovered');
    return gaps.every(({ start, end }) => (end ?? 0) - (start ?? 0) <= nanos);
  }

  #push({ indent, isLast }: Open, line: Partial<AnnotatedLine>): void {
    const branch = `${indent}${isLast ? '└── ' : '├── '}`;
    const empty = { duration: '', what: '', where: '', remark: '', failed: false, span: -1 };
    this.#lines.push({ ...empty, mark: '', ...line, branch });
  }
}

/** The span that the verdict blames: of several the first that failed, else the longest. -1: none, or a gap. */
function causeOf({ culprit, tree }: TraceExplanation): number {
  if (culprit === undefined || culprit.kind === 'none') return -1;
  const failed = culprit.spans.find((span) => isError(tree.columns, span));
  if (culprit.kind === 'attempts' && failed !== undefined) return failed;
  if (culprit.kind === 'serial') return culprit.spans[0] ?? -1;
  const nanosOf = (span: number): number => (tree.ends[span] ?? 0) - (tree.starts[span] ?? 0);
  return culprit.spans.reduce(
    (longest, span) => (longest < 0 || nanosOf(span) > nanosOf(longest) ? span : longest),
    -1,
  );
}

/** The request around the cause; not the cause itself, and not the root when that is all there is. */
function slowRequest({ columns }: SpanTree, cause: number, root: number): number {
  let span = cause < 0 ? -1 : (columns.parents[cause] ?? -1);
  while (span >= 0 && !isRequest(columns, span)) span = columns.parents[span] ?? -1;
  return span === root && cause === root ? -1 : span;
}

/** Names come from outside: nothing in them may end a line or steer a terminal. */
const clean = (text: string): string =>
  shortName(text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' '));
