// A forest of closing traces → rows and sums. The analysis decides what a request, its wait and its critical path are; here
// that is only written down.

import { findCalls, type Calls } from '../../analysis/critical-path/calls.ts';
import { criticalPath } from '../../analysis/critical-path/critical-path.ts';
import { SegmentBuffer } from '../../analysis/critical-path/segment-buffer.ts';
import { isRealRoot, rootOf, timeToAnswer } from '../../analysis/terms/answer.ts';
import { isError } from '../../analysis/terms/error.ts';
import { ORIGIN_REPEATED } from '../../analysis/terms/origin.ts';
import { ownTime } from '../../analysis/terms/own.ts';
import { requestOfSpans } from '../../analysis/terms/request.ts';
import type { SpanColumns } from '../../analysis/terms/span-columns.ts';
import { isCall } from '../../analysis/terms/span-kind.ts';
import { StringTable } from '../../analysis/terms/string-table.ts';
import { waitTimes } from '../../analysis/terms/wait.ts';
import { afterAnswer } from '../../analysis/verdict/after-answer.ts';
import { choose, VERDICT_MIN_NANOS } from '../../analysis/verdict/choose.ts';
import { claimsOf } from '../../analysis/verdict/claims.ts';
import { partsOf, PartTable, type Part, type PartKind } from '../../analysis/verdict/parts.ts';
import { shortForm } from '../../analysis/verdict/sentence.ts';
import type { Forest } from './forest.ts';
import { TRACE_PARTS_MAX } from './limits.ts';
import type { NameCache } from './name-cache.ts';
import type { OpenTraces } from './open-traces.ts';
import { addOperations } from './operations.ts';
import { DURATION, OWN, type RollUps, traceRows, type TraceRows, WAIT } from './pass-rows.ts';
import { spanFacts, type SpanFacts } from './span-facts.ts';

export const PART_KINDS: readonly PartKind[] = ['own', 'wait', 'sleep', 'serial', 'none', 'rest'];
const KIND_NUMBER: Readonly<Record<PartKind, number>> = {
  own: 0,
  wait: 1,
  sleep: 2,
  serial: 3,
  none: 4,
  rest: 5,
};

/** Columns of sums of paths and waits. */
export const SUM_NANOS = 0;
export const SUM_COUNT = 1;

export interface Summary {
  readonly traces: TraceRows;
  /** What `verdicts` of the trace rows number. */
  readonly verdicts: StringTable;
}

export interface SummarizeInput {
  readonly forest: Forest;
  readonly open: OpenTraces;
  readonly strings: StringTable;
  readonly names: NameCache;
  /** What is added to; undefined for revisions, which add nothing. */
  readonly rollUps?: RollUps;
  /** By position in the forest, of traces that were closed before. */
  readonly revisions?: readonly Revision[];
}

export interface Revision {
  readonly number: number;
  readonly weight: number;
}

export function summarize(input: SummarizeInput): Summary {
  const summarizer = new Summarizer(input);
  summarizer.allTraces();
  if (input.rollUps !== undefined) summarizer.requestsAndWaits(input.rollUps);
  if (input.rollUps !== undefined) summarizer.operations(input.rollUps);
  const { traces, verdicts } = summarizer;
  return { traces, verdicts };
}

class Summarizer {
  readonly traces = traceRows();
  readonly verdicts = new StringTable();
  readonly #input: SummarizeInput;
  readonly #calls: Calls;
  readonly #path = new SegmentBuffer();
  readonly #partTable = new PartTable();
  readonly #names: NameCache;
  readonly #facts: SpanFacts;
  readonly #ranks: Int32Array;
  readonly #services: number[] = [];

  constructor(input: SummarizeInput) {
    this.#input = input;
    this.#calls = findCalls(input.forest.tree);
    this.#names = input.names;
    this.#facts = spanFacts(input.forest, input.open);
    this.#ranks = serviceRanks(input.forest.tree.columns);
  }

  allTraces(): void {
    const { forest } = this.#input;
    for (let i = 0; i < forest.traces.length; i++) this.#trace(i);
  }

  #trace(i: number): void {
    const { forest, open, revisions, rollUps } = this.#input;
    const { tree, offsets, rootOffsets, traces } = forest;
    const trace = traces[i] ?? 0;
    const root = rootOf(tree, rootOffsets[i], rootOffsets[i + 1]);
    if (root < 0) return;
    const isReal = isRealRoot(tree, root);
    const rows = this.traces;
    const from = offsets[i] ?? 0;
    const to = offsets[i + 1] ?? 0;
    const total = timeToAnswer(tree, root);
    const { columns } = tree;
    rows.slices.push(open.slices[trace] ?? 0);
    for (let word = 0; word < 4; word++) rows.ids.push(open.ids[trace * 4 + word] ?? 0);
    rows.revisions.push(revisions?.[i]?.number ?? 1);
    const place = forest.places[root] ?? 0;
    rows.starts.push(forest.pool.startLow[place] ?? 0);
    rows.starts.push(forest.pool.startHigh[place] ?? 0);
    rows.durations.push(total);
    rows.afters.push(afterAnswer(tree, root, from, to).nanos);
    rows.services.push(columns.services[root] ?? 0);
    rows.endpoints.push(this.#endpointOf(root));
    rows.rootIds.push(isReal ? (forest.pool.idHigh[place] ?? 0) : 0);
    rows.rootIds.push(isReal ? (forest.pool.idLow[place] ?? 0) : 0);
    rows.statuses.push(forest.pool.outcomes[place] ?? 0);
    rows.rootErrors.push(isError(columns, root) ? 1 : 0);
    this.#countSpans(from, to);
    const rootCount = (rootOffsets[i + 1] ?? 0) - (rootOffsets[i] ?? 0);
    rows.complete.push(isReal && rootCount === 1 ? 1 : 0);
    rows.weights.push(revisions?.[i]?.weight ?? this.#facts.weights[root] ?? 1);
    this.#parts(root, total, isReal);
    if (isReal && rollUps !== undefined) this.#addEndpoint(rollUps, root, total);
  }

  #countSpans(from: number, to: number): void {
    const { columns } = this.#input.forest.tree;
    const rows = this.traces;
    let spans = 0;
    let errors = 0;
    const services = this.#services;
    services.length = 0;
    for (let span = from; span < to; span++) {
      if (columns.origins[span] === ORIGIN_REPEATED) continue;
      spans++;
      if (isError(columns, span)) errors++;
      const service = columns.services[span] ?? 0;
      if (services[services.length - 1] !== service && !services.includes(service))
        services.push(service);
    }
    rows.spans.push(spans);
    rows.errors.push(errors);
    if (services.length > 1) services.sort((a, b) => (this.#ranks[a] ?? 0) - (this.#ranks[b] ?? 0));
    for (const service of services) rows.serviceNames.push(service);
    rows.serviceEnds.push(rows.serviceNames.size);
  }

  /** The critical path, its parts and the verdict. */
  #parts(root: number, total: number, isReal: boolean): void {
    const { tree } = this.#input.forest;
    const groups = criticalPath(tree, this.#calls, root, this.#path);
    const found = partsOf(tree, this.#calls, groups, this.#path, this.#partTable);
    let verdict = '';
    if (total >= VERDICT_MIN_NANOS) {
      const claims = claimsOf(tree, this.#calls, groups, this.#path, found);
      const { culprit } = choose(claims, total);
      if (culprit !== undefined) verdict = shortForm(tree, culprit);
    }
    this.traces.verdicts.push(this.verdicts.numberOf(verdict));
    this.#partColumns(found.parts);
    const { rollUps } = this.#input;
    if (isReal && rollUps !== undefined) this.#addPath(rollUps, root, found.parts);
  }

  #partColumns(parts: readonly Part[]): void {
    const rows = this.traces;
    const many = parts.length > TRACE_PARTS_MAX;
    const shown = many
      ? [...parts].sort((a, b) => b.nanos - a.nanos).slice(0, TRACE_PARTS_MAX - 1)
      : parts;
    const push = (part: Omit<Part, 'spans' | 'calls' | 'edge' | 'attempts'>): void => {
      rows.partKinds.push(KIND_NUMBER[part.kind]);
      rows.partServices.push(part.service);
      rows.partPeers.push(part.peer);
      rows.partOperations.push(part.operation);
      rows.partNanos.push(part.nanos);
      rows.partCounts.push(part.stretches);
    };
    for (const part of shown) push(part);
    if (many) {
      const kept = new Set(shown);
      const rest = parts.filter((part) => !kept.has(part));
      const nanos = rest.reduce((sum, part) => sum + part.nanos, 0);
      const stretches = rest.reduce((sum, part) => sum + part.stretches, 0);
      push({ kind: 'rest', service: 0, peer: 0, operation: 0, nanos, stretches });
    }
    rows.partEnds.push(rows.partKinds.size);
  }

  #addPath({ paths }: RollUps, root: number, parts: readonly Part[]): void {
    const { columns } = this.#input.forest.tree;
    const minute = this.#facts.minutes[root] ?? 0;
    const weight = this.#facts.weights[root] ?? 1;
    const rootService = columns.services[root] ?? 0;
    const endpoint = this.#names.allowed(minute, rootService, this.#endpointOf(root));
    paths.enter(this.#facts.slices[root] ?? 0, minute, rootService, endpoint);
    for (const part of parts) {
      const operation = this.#names.allowed(minute, part.service, part.operation);
      const peer = this.#names.allowed(minute, part.service, part.peer);
      const kind = KIND_NUMBER[part.kind];
      const row = paths.row(part.service, operation, peer, kind);
      paths.add(SUM_NANOS, row, part.nanos * weight);
      paths.add(SUM_COUNT, row, part.stretches);
    }
  }

  #addEndpoint({ endpoints }: RollUps, root: number, total: number): void {
    const { columns } = this.#input.forest.tree;
    const { slices, minutes, weights } = this.#facts;
    const minute = minutes[root] ?? 0;
    const service = columns.services[root] ?? 0;
    const endpoint = this.#names.allowed(minute, service, this.#endpointOf(root));
    endpoints.enter(slices[root] ?? 0, minute, service, endpoint);
    endpoints.add(0, 0, DURATION, total, weights[root] ?? 1, isError(columns, root));
  }

  requestsAndWaits(rollUps: RollUps): void {
    const { tree } = this.#input.forest;
    const requests = requestOfSpans(tree);
    const times = waitTimes(tree, requests);
    for (const span of tree.order) {
      if (requests[span] === span)
        this.#addRequest(rollUps, span, ownTime(tree, times, span), times.waits[span] ?? 0);
      if (isCall(tree.columns.kinds[span] ?? 0))
        this.#addWait(rollUps, span, times.charges[span] ?? 0);
    }
  }

  #addRequest({ requests }: RollUps, span: number, own: number, wait: number): void {
    const { columns } = this.#input.forest.tree;
    const { slices, minutes, weights } = this.#facts;
    const weight = weights[span] ?? 1;
    const failed = isError(columns, span);
    requests.enter(slices[span] ?? 0, minutes[span] ?? 0, columns.services[span] ?? 0, 0);
    requests.add(0, 0, DURATION, own + wait, weight, failed);
    requests.add(0, 0, OWN, own, weight, failed);
    requests.add(0, 0, WAIT, wait, weight, failed);
  }

  #addWait({ waits }: RollUps, span: number, charge: number): void {
    const { columns } = this.#input.forest.tree;
    const minute = this.#facts.minutes[span] ?? 0;
    const service = columns.services[span] ?? 0;
    const peer = this.#names.allowed(minute, service, this.#calls.callees[span] ?? 0);
    waits.enter(this.#facts.slices[span] ?? 0, minute, 0, 0);
    const row = waits.row(service, 0, peer, 0);
    waits.add(SUM_NANOS, row, charge * (this.#facts.weights[span] ?? 1));
    waits.add(SUM_COUNT, row, 1);
  }

  operations({ operations }: RollUps): void {
    addOperations(operations, this.#input.forest.tree, this.#facts, this.#names);
  }

  /** A root without an endpoint of its own (its parent is missing) goes by its name. */
  #endpointOf(root: number): number {
    const { columns } = this.#input.forest.tree;
    const endpoint = columns.endpoints[root] ?? 0;
    return endpoint === 0 ? (columns.names[root] ?? 0) : endpoint;
  }
}

/** By string number, the service's place in order of name. */
function serviceRanks({ services, strings }: SpanColumns): Int32Array {
  const distinct = new Set<number>();
  for (const service of services) distinct.add(service);
  const ranks = new Int32Array(strings.length);
  const nameOf = (number: number): string => strings[number] ?? '';
  const sorted = [...distinct].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const [rank, number] of sorted.entries()) ranks[number] = rank;
  return ranks;
}
