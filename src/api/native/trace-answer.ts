// A stored trace and its explanation → TraceAnswer. Indexes of spans are places in the waterfall; times are ns from the
// root's start.

import { buildSpanColumns, type SpanColumns } from '../../analysis/terms/span-columns.ts';
import {
  explainTrace,
  type Culprit,
  type TraceExplanation,
} from '../../analysis/verdict/explain-trace.ts';
import type { Note, NoteKind } from '../../analysis/verdict/notes.ts';
import { durationText, peerText } from '../../analysis/verdict/words.ts';
import type { ServiceRef } from '../../query/core/service-directory.ts';
import type { StoredTrace } from '../../query/traces/trace/read-trace.ts';
import type { AnswerMeta } from '../contract/common.ts';
import type {
  PathSegment,
  TraceAnswer,
  TraceNote,
  TracePart,
  TraceSpans,
  TraceVerdict,
} from '../contract/traces.ts';
import { type WaterfallOrder, waterfallOrder } from './trace-order.ts';

/** A trace that the pass has not closed is taken for arriving until this long after its last span came. */
const ARRIVING_MS = 60_000;

export interface ExplainedTrace {
  readonly stored: StoredTrace;
  readonly columns: SpanColumns;
  readonly explanation: TraceExplanation;
  readonly arriving: boolean;
}

export function explainStored(stored: StoredTrace, nowMs: number): ExplainedTrace {
  const columns = buildSpanColumns(stored.spans);
  const arriving = stored.revision === 0 && nowMs - stored.lastReceivedMs < ARRIVING_MS;
  const explanation = explainTrace(columns, { stillArriving: arriving });
  return { stored, columns, explanation, arriving };
}

/** Every name that the answer refers to. */
export const namesOf = ({ stored }: ExplainedTrace): string[] => [
  ...new Set(stored.spans.flatMap((span) => [span.service, span.peer])),
];

export function traceAnswer(
  explained: ExplainedTrace,
  ref: (name: string) => ServiceRef,
  meta: AnswerMeta,
): TraceAnswer {
  const { stored, columns, explanation, arriving } = explained;
  const { tree, root } = explanation;
  const order = waterfallOrder(tree, root);
  const base = tree.starts[root] ?? 0;
  const ends = order.spans.reduce((last, span) => Math.max(last, tree.ends[span] ?? 0), base);
  const rootSpan = stored.spans[root];
  const sending = new Set(explanation.services);
  const outside = new Set(
    stored.spans.map((span) => span.peer).filter((peer) => peer !== '' && !sending.has(peer)),
  );
  return {
    meta,
    traceId: stored.traceId,
    start: (columns.baseNanos + BigInt(Math.round(base))).toString(),
    duration: explanation.totalNanos,
    after: explanation.after.nanos,
    extent: ends - base,
    rootService: ref(rootSpan?.service ?? ''),
    endpoint: endpointOf(rootSpan?.endpoint, rootSpan?.name),
    status: rootSpan?.answer ?? '',
    complete: explanation.complete,
    arriving,
    revision: stored.revision,
    errors: explanation.errorCount,
    serviceCount: explanation.services.length,
    outsideCount: outside.size,
    logs: stored.logs,
    spans: spansOf(explained, order, base, ref),
    parts: partsOf(explanation, order),
    path: pathOf(explained, order, base),
    verdict: verdictOf(explanation, order),
    notes: [
      ...(arriving ? [ARRIVING_NOTE] : []),
      ...explanation.notes.map((note) => noteOf(note, order, base)),
    ],
    previous: rootSpan === undefined || rootSpan.otherTrace === '' ? null : rootSpan.otherTrace,
  };
}

const endpointOf = (endpoint: string | undefined, name: string | undefined): string =>
  endpoint === undefined || endpoint === '' ? (name ?? '') : endpoint;

function spansOf(
  { stored, columns, explanation: { tree } }: ExplainedTrace,
  { spans, placeOf, depth }: WaterfallOrder,
  base: number,
  ref: (name: string) => ServiceRef,
): TraceSpans {
  const names = new Numbered();
  const services = new Numbered();
  const list = [...spans];
  const map = <T>(value: (span: number) => T): T[] => list.map(value);
  const text = (index: number | undefined): string => columns.strings[index ?? 0] ?? '';
  const rows = {
    count: list.length,
    spanId: map((span) => stored.spans[span]?.spanId ?? ''),
    parent: map((span) => placeOf[columns.parents[span] ?? -1] ?? -1),
    depth: [...depth],
    start: map((span) => (tree.starts[span] ?? 0) - base),
    duration: map((span) => (tree.ends[span] ?? 0) - (tree.starts[span] ?? 0)),
    kind: map((span) => columns.kinds[span] ?? 0),
    status: map((span) => columns.statuses[span] ?? 0),
    service: map((span) => services.numberOf(text(columns.services[span]))),
    name: map((span) => names.numberOf(text(columns.names[span]))),
    peer: map((span) => {
      const peer = text(columns.peers[span]);
      return peer === '' ? -1 : services.numberOf(peer);
    }),
    events: map((span) => stored.spans[span]?.events ?? 0),
  };
  return { ...rows, names: names.texts, services: services.texts.map(ref) };
}

class Numbered {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

const placesOf = (spans: readonly number[], { placeOf }: WaterfallOrder): number[] =>
  spans.map((span) => placeOf[span] ?? -1).filter((place) => place >= 0);

export function partsOf({ table }: TraceExplanation, order: WaterfallOrder): TracePart[] {
  return table.rows.map((row) => ({
    kind: row.kind,
    label: row.text,
    emphasis: emphasisOf(row.text, row.peer === '' ? row.service : row.peer),
    service: row.service,
    peer: row.peer,
    nanos: row.nanos,
    shownMs: (row.shownSteps * table.unit.step) / 1e6,
    sharePercent: row.sharePerMille / 10,
    spans: placesOf(row.spans, order),
  }));
}

/** The name in the label that says who had the time, if it stands there. */
function emphasisOf(label: string, name: string): string {
  const shown = peerText(name);
  return [shown, name].find((candidate) => candidate !== '' && label.includes(candidate)) ?? '';
}

function pathOf(
  { columns, explanation: { path, table } }: ExplainedTrace,
  { placeOf }: WaterfallOrder,
  base: number,
): PathSegment[] {
  return path.map((segment) => {
    const row = table.rows[segment.part];
    const service = columns.strings[columns.services[segment.span] ?? 0] ?? '';
    const peer = columns.strings[columns.peers[segment.span] ?? 0] ?? '';
    const waits = segment.kind === 'wait' && peer !== '';
    return {
      span: placeOf[segment.span] ?? -1,
      start: segment.start - base,
      end: segment.end - base,
      kind: row?.kind === 'serial' ? 'serial' : segment.kind,
      part: segment.part,
      who: waits ? peer : service,
      label: row?.text ?? '',
    };
  });
}

const CULPRIT_KINDS = {
  attempts: 'wait',
  edge: 'wait',
  wait: 'wait',
  serial: 'serial',
  none: 'none',
  own: 'own',
} as const satisfies Record<Culprit['kind'], TracePart['kind']>;

export function verdictOf(explanation: TraceExplanation, order: WaterfallOrder): TraceVerdict {
  const { sentence, shortForm, culprit } = explanation;
  const spans = placesOf(culprit?.spans ?? [], order);
  return {
    lead: sentence.lead,
    rest: sentence.rest,
    short: shortForm,
    culprit:
      culprit === undefined
        ? null
        : {
            service: culprit.service,
            peer: culprit.peer,
            operation: culprit.operation,
            kind: CULPRIT_KINDS[culprit.kind],
            nanos: culprit.nanos,
            share: culprit.share,
            span: spans[0] ?? -1,
            spans,
          },
    causes: explanation.causes,
    checks: checksOf(explanation),
  };
}

/** What was looked at, and what it showed. */
function checksOf({ complete, errorCount, tree, after, runnerUp }: TraceExplanation): string[] {
  const count = (n: number, one: string, many: string): string =>
    n === 1 ? `one ${one}` : `${n.toLocaleString('en-US')} ${many}`;
  const shifted = tree.corrections.length;
  return [
    complete ? 'the root and all parents arrived' : 'not all parents arrived',
    errorCount === 0 ? 'no span failed' : `${count(errorCount, 'span', 'spans')} failed`,
    shifted === 0
      ? 'clocks agree'
      : `the clocks of ${count(shifted, 'call', 'calls')} were corrected`,
    after.nanos === 0
      ? 'nothing went on after the answer'
      : `${durationText(after.nanos)} of work went on after the answer`,
    ...(runnerUp === undefined
      ? []
      : [
          `next comes ${runnerUp.peer === '' ? runnerUp.service : peerText(runnerUp.peer)} with ${durationText(runnerUp.nanos)}`,
        ]),
  ];
}

const NOTE_KINDS = {
  'root-missing': 'missing-root',
  'missing-parent': 'missing-parent',
  'several-roots': 'missing-parent',
  cycle: 'missing-parent',
  repeated: 'missing-parent',
  'clock-corrected': 'clock-corrected',
  'after-answer': 'async',
  uncovered: 'none',
  sleep: 'sleep',
} as const satisfies Record<NoteKind, TraceNote['kind']>;

const ARRIVING_NOTE: TraceNote = {
  kind: 'arriving',
  span: -1,
  text: 'Spans may still come: all of this is so far.',
  start: null,
  end: null,
};

const noteOf = (note: Note, { placeOf }: WaterfallOrder, base: number): TraceNote => ({
  kind: NOTE_KINDS[note.kind],
  span: placeOf[note.span] ?? -1,
  text: note.text,
  start: note.start === undefined ? null : note.start - base,
  end: note.end === undefined ? null : note.end - base,
});
