// Where the time of one trace went: the one entry that the trace page, the CLI and the API share.

import { criticalPath } from '../critical-path/critical-path.ts';
import { findCalls } from '../critical-path/calls.ts';
import type { CallGroup } from '../critical-path/call-groups.ts';
import {
  SEGMENT_EDGE,
  SEGMENT_NONE,
  SEGMENT_OWN,
  SEGMENT_SLEEP,
  SEGMENT_WAIT,
  SegmentBuffer,
} from '../critical-path/segment-buffer.ts';
import { isRealRoot, rootOf, timeToAnswer } from '../terms/answer.ts';
import { isError } from '../terms/error.ts';
import { ORIGIN_CYCLE, ORIGIN_MISSING, ORIGIN_ROOT } from '../terms/origin.ts';
import type { SpanColumns } from '../terms/span-columns.ts';
import { buildSpanTree, type SpanTree } from '../terms/span-tree.ts';
import { afterAnswer, type AfterAnswer } from './after-answer.ts';
import { causesOf, type CauseLine } from './causes.ts';
import { choose } from './choose.ts';
import { claimsOf, type Claim, type ClaimKind } from './claims.ts';
import { sleptNanos } from './mechanism.ts';
import { notesOf, type Note } from './notes.ts';
import { partsOf, type Part, type PartKind } from './parts.ts';
import {
  closeSentence,
  culpritSentence,
  nothingSentence,
  operationOf,
  shortForm,
  type Sentence,
} from './sentence.ts';
import { partsTable, type PartsTable } from './shown-parts.ts';

export interface PathSegment {
  readonly span: number;
  /** ns relative to the columns' base. */
  readonly start: number;
  readonly end: number;
  /** What the stretch is by itself; inside calls one after another its row in the table says `serial`. */
  readonly kind: Exclude<PartKind, 'serial' | 'rest'>;
  /** A wait on the way to a service that answered: network and queues. */
  readonly edge: boolean;
  /** Row of the parts table. */
  readonly part: number;
}

export interface Culprit {
  readonly kind: ClaimKind;
  /** Who had the time or waited. */
  readonly service: string;
  /** Whom it waited for, as the caller named it; empty: nobody. */
  readonly peer: string;
  readonly operation: string;
  readonly nanos: number;
  /** 0 to 1. */
  readonly share: number;
  /** Indexes of the spans that had the time, in order of time, at most 1,000. */
  readonly spans: readonly number[];
  /** Of attempts: how many, and how long the pauses between them were together. */
  readonly attempts: number;
  readonly sleptNanos: number;
  /** Of calls one after another: how many. */
  readonly calls: number;
}

export interface TraceExplanation {
  /** Index of the root; -1: the trace has no spans. */
  readonly root: number;
  /** Time to the answer. */
  readonly totalNanos: number;
  readonly sentence: Sentence;
  /** For lists: `3.41 s waiting on api.example, 2 attempts`; empty when no part stands out. */
  readonly shortForm: string;
  readonly culprit: Culprit | undefined;
  readonly runnerUp: Culprit | undefined;
  /** The runner-up has nearly as much, and the sentence names both. */
  readonly close: boolean;
  /** Cause, first symptom, impact, as far as this trace tells. */
  readonly causes: readonly CauseLine[];
  /** All parts of the path; the table puts small ones together. */
  readonly parts: readonly Part[];
  readonly table: PartsTable;
  /** In order of time, without gaps or overlaps; lengths add up to `totalNanos`. */
  readonly path: readonly PathSegment[];
  readonly after: AfterAnswer;
  readonly notes: readonly Note[];
  /** Without repeated ones. */
  readonly spanCount: number;
  readonly errorCount: number;
  /** Services that sent spans, sorted. */
  readonly services: readonly string[];
  /** One root, and every parent arrived. */
  readonly complete: boolean;
  /** Times after clock correction and who is asynchronous, by span. */
  readonly tree: SpanTree;
  /** Attempts and calls one after another, for folding. */
  readonly groups: readonly CallGroup[];
}

export interface ExplainOptions {
  /** Spans may still come: the sentence says "so far". */
  readonly stillArriving?: boolean;
}

export function explainTrace(columns: SpanColumns, options: ExplainOptions = {}): TraceExplanation {
  const tree = buildSpanTree(columns);
  const calls = findCalls(tree);
  const root = rootOf(tree);
  const totalNanos = timeToAnswer(tree, root);
  const path = new SegmentBuffer();
  const groups = root < 0 ? [] : criticalPath(tree, calls, root, path);
  const parts = partsOf(tree, calls, groups, path);
  const claims = claimsOf(tree, calls, groups, path, parts);
  const { culprit, runnerUp, close } = choose(claims, totalNanos);
  const table = partsTable(tree, parts, totalNanos);
  const after = root < 0 ? { nanos: 0, spans: 0 } : afterAnswer(tree, root);
  const stillArriving = options.stillArriving ?? false;
  return {
    root,
    totalNanos,
    sentence: sentenceOf(tree, { claims, culprit, runnerUp, close, totalNanos, stillArriving }),
    shortForm: culprit === undefined ? '' : shortForm(tree, culprit),
    culprit: culprit === undefined ? undefined : culpritOf(tree, culprit, totalNanos),
    runnerUp: runnerUp === undefined ? undefined : culpritOf(tree, runnerUp, totalNanos),
    close,
    causes: causesOf(tree, root, culprit, totalNanos),
    parts: parts.parts,
    table,
    path: segmentsOf(path, table),
    after,
    notes: root < 0 ? [] : notesOf(tree, root, path, after),
    spanCount: tree.order.length,
    errorCount: tree.order.reduce((sum, span) => sum + (isError(columns, span) ? 1 : 0), 0),
    services: servicesOf(tree),
    complete: isComplete(tree, root),
    tree,
    groups,
  };
}

function sentenceOf(
  tree: SpanTree,
  found: {
    readonly claims: readonly Claim[];
    readonly culprit: Claim | undefined;
    readonly runnerUp: Claim | undefined;
    readonly close: boolean;
    readonly totalNanos: number;
    readonly stillArriving: boolean;
  },
): Sentence {
  const { claims, culprit, runnerUp, close, totalNanos, stillArriving } = found;
  if (culprit === undefined) return nothingSentence(tree, claims[0], totalNanos, stillArriving);
  if (close && runnerUp !== undefined) return closeSentence(tree, culprit, runnerUp, totalNanos);
  return culpritSentence(tree, culprit, totalNanos, stillArriving);
}

const CULPRIT_SPANS_MAX = 1_000;

function culpritOf(tree: SpanTree, claim: Claim, totalNanos: number): Culprit {
  const { strings } = tree.columns;
  const members = claim.groups.flatMap((group) => group.members);
  const spans = members.length > 0 ? members : claim.parts.flatMap((part) => part.spans);
  const unique = [...new Set(spans)].slice(0, CULPRIT_SPANS_MAX);
  return {
    kind: claim.kind,
    service: strings[claim.service] ?? '',
    peer: strings[claim.peer] ?? '',
    operation: strings[operationOf(claim)] ?? '',
    nanos: claim.nanos,
    share: totalNanos === 0 ? 0 : claim.nanos / totalNanos,
    spans: unique.sort((a, b) => (tree.starts[a] ?? 0) - (tree.starts[b] ?? 0)),
    attempts: members.length,
    sleptNanos: claim.groups.reduce((sum, group) => sum + sleptNanos(tree, group), 0),
    calls: claim.kind === 'serial' ? (claim.parts[0]?.calls ?? 0) : 0,
  };
}

const KIND_NAMES: Readonly<Record<number, PathSegment['kind']>> = {
  [SEGMENT_OWN]: 'own',
  [SEGMENT_WAIT]: 'wait',
  [SEGMENT_EDGE]: 'wait',
  [SEGMENT_SLEEP]: 'sleep',
  [SEGMENT_NONE]: 'none',
};

const segmentsOf = (path: SegmentBuffer, table: PartsTable): PathSegment[] =>
  Array.from({ length: path.size }, (_, at) => ({
    span: path.spans[at] ?? -1,
    start: path.starts[at] ?? 0,
    end: path.ends[at] ?? 0,
    kind: KIND_NAMES[path.kinds[at] ?? SEGMENT_OWN] ?? 'own',
    edge: path.kinds[at] === SEGMENT_EDGE,
    part: table.rowOf[at] ?? -1,
  }));

function servicesOf({ columns, order }: SpanTree): string[] {
  const numbers = new Set<number>();
  for (const span of order) numbers.add(columns.services[span] ?? 0);
  return [...numbers].map((number) => columns.strings[number] ?? '').sort();
}

function isComplete(tree: SpanTree, root: number): boolean {
  if (root < 0 || !isRealRoot(tree, root)) return false;
  const { origins } = tree.columns;
  return tree.roots.every((span) => {
    const origin = origins[span];
    return span === root
      ? origin === ORIGIN_ROOT
      : origin !== ORIGIN_MISSING && origin !== ORIGIN_CYCLE && origin !== ORIGIN_ROOT;
  });
}
