// A stored trace and its explanation → TraceAnswer. Indexes of spans are places in the waterfall; times are ns from the
// root's start.

import { spanColumns, type SpanColumns } from '../../analysis/terms/span-columns.ts';
import {
  explainTrace,
  type Culprit,
  type TraceExplanation,
} from '../../analysis/verdict/explain-trace.ts';
import type { Note, NoteKind } from '../../analysis/verdict/notes.ts';
import { durationText, peerText, shortName } from '../../analysis/verdict/words.ts';
import type { ServiceRef } from '../../query/core/service-directory.ts';
import type { StoredTrace } from '../../query/traces/trace/read-trace.ts';
import { spanIds } from '../../query/traces/trace/span-buffer.ts';
import type { AnswerMeta, PartKind } from '../contract/common.ts';
import type {
  TraceAnswer,
  TraceNote,
  TracePart,
  TracePath,
  TraceSpans,
  TraceVerdict,
} from '../contract/traces.ts';
import { rawSpans } from './raw-spans.ts';
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
  const columns = spanColumns(rawSpans(stored));
  const arriving = stored.revision === 0 && nowMs - stored.lastReceivedMs < ARRIVING_MS;
  const explanation = explainTrace(columns, { stillArriving: arriving });
  return { stored, columns, explanation, arriving };
}

/** Every name that the answer refers to. */
export const namesOf = ({ columns: { services, peers, strings } }: ExplainedTrace): string[] => {
  const numbers = new Set<number>();
  for (const number of services) numbers.add(number);
  for (const number of peers) numbers.add(number);
  return Array.from(numbers, (number) => strings[number] ?? '');
};

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
  const text = (numbers: Int32Array): string => columns.strings[numbers[root] ?? 0] ?? '';
  const endpoint = text(columns.endpoints);
  const services = new Numbered(columns.strings);
  return {
    meta,
    traceId: stored.traceId,
    start: (columns.baseNanos + BigInt(Math.round(base))).toString(),
    duration: explanation.totalNanos,
    after: explanation.after.nanos,
    extent: ends - base,
    rootService: ref(text(columns.services)),
    endpoint: endpoint === '' ? text(columns.names) : endpoint,
    status: stored.spans.strings[stored.spans.outcomes[root] ?? 0] ?? '',
    complete: explanation.complete,
    arriving,
    revision: stored.revision,
    errors: explanation.errorCount,
    serviceCount: explanation.services.length,
    outsideCount: outsideCount(explained),
    logs: stored.logs,
    spans: spansOf(explained, order, base, services, ref),
    parts: partsOf(explanation, order),
    path: pathOf(explained, order, base, services),
    verdict: verdictOf(explanation, order),
    notes: [
      ...(arriving ? [ARRIVING_NOTE] : []),
      ...explanation.notes.map((note) => noteOf(note, order, base)),
      ...guessNotes(explanation, order, base),
    ],
    previous: stored.links.get(root)?.otherTrace || null,
  };
}

/** Peers that sent no span of their own. */
function outsideCount({ columns, explanation }: ExplainedTrace): number {
  const sending = new Set(explanation.services);
  const outside = new Set(columns.peers);
  outside.delete(0);
  return Array.from(outside).filter((peer) => !sending.has(columns.strings[peer] ?? '')).length;
}

function spansOf(
  { stored, columns, explanation: { tree } }: ExplainedTrace,
  { spans, placeOf, depth, guesses }: WaterfallOrder,
  base: number,
  services: Numbered,
  ref: (name: string) => ServiceRef,
): TraceSpans {
  const names = new Numbered(columns.strings);
  const map = <T>(value: (span: number) => T): T[] => {
    const values: T[] = [];
    for (const span of spans) values.push(value(span));
    return values;
  };
  return {
    count: spans.length,
    spanId: map(spanIds(stored.spans)),
    parent: map((span) => placeOf[guesses.get(span) ?? columns.parents[span] ?? -1] ?? -1),
    guessed: Array.from(guesses.keys(), (span) => placeOf[span] ?? -1).sort((a, b) => a - b),
    depth: [...depth],
    start: map((span) => (tree.starts[span] ?? 0) - base),
    duration: map((span) => (tree.ends[span] ?? 0) - (tree.starts[span] ?? 0)),
    kind: map((span) => columns.kinds[span] ?? 0),
    status: map((span) => columns.statuses[span] ?? 0),
    service: map((span) => services.numberOf(columns.services[span] ?? 0)),
    name: map((span) => names.numberOf(columns.names[span] ?? 0)),
    peer: map((span) =>
      columns.peers[span] === 0 ? -1 : services.numberOf(columns.peers[span] ?? 0),
    ),
    events: map((span) => stored.spans.events[span] ?? 0),
    names: names.texts(),
    services: services.texts().map(ref),
  };
}

/** Strings of the columns that an answer uses, numbered anew in order of first use. */
class Numbered {
  readonly #strings: readonly string[];
  readonly #numbers: Int32Array;
  readonly #used: number[] = [];

  constructor(strings: readonly string[]) {
    this.#strings = strings;
    this.#numbers = new Int32Array(strings.length).fill(-1);
  }

  numberOf(string: number): number {
    const known = this.#numbers[string] ?? -1;
    if (known >= 0) return known;
    this.#numbers[string] = this.#used.length;
    return this.#used.push(string) - 1;
  }

  texts(): string[] {
    return this.#used.map((string) => this.#strings[string] ?? '');
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

const PATH_KINDS = ['own', 'wait', 'sleep', 'serial', 'none', 'rest'] as const satisfies PartKind[];

function pathOf(
  { columns, explanation: { path, table } }: ExplainedTrace,
  { placeOf }: WaterfallOrder,
  base: number,
  services: Numbered,
): TracePath {
  const isSerial = table.rows.map(({ kind }) => kind === 'serial');
  return {
    count: path.length,
    start: path.map(({ start }) => start - base),
    span: path.map(({ span }) => placeOf[span] ?? -1),
    kind: path.map(({ part, kind }) =>
      PATH_KINDS.indexOf(isSerial[part] === true ? 'serial' : kind),
    ),
    kinds: PATH_KINDS,
    part: path.map(({ part }) => part),
    who: path.map(({ span, kind }) => {
      const peer = columns.peers[span] ?? 0;
      return services.numberOf(
        kind === 'wait' && peer !== 0 ? peer : (columns.services[span] ?? 0),
      );
    }),
  };
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

/** More than these are only counted. */
const GUESS_NOTES_MAX = 50;

/** A note in front of each span that stands under a guess. */
const guessNotes = (
  { tree: { columns, starts } }: TraceExplanation,
  { placeOf, guesses }: WaterfallOrder,
  base: number,
): TraceNote[] =>
  Array.from(guesses)
    .slice(0, GUESS_NOTES_MAX)
    .map(([span, guess]) => ({
      kind: 'missing-parent',
      span: placeOf[guess] ?? -1,
      text: `The parent of ${shortName(columns.strings[columns.names[span] ?? 0] ?? '')} did not arrive: it stands here by its time.`,
      start: (starts[span] ?? 0) - base,
      end: null,
    }));

const noteOf = (note: Note, { placeOf, guesses }: WaterfallOrder, base: number): TraceNote => ({
  kind: NOTE_KINDS[note.kind],
  span: guesses.has(note.span) ? -1 : (placeOf[note.span] ?? -1), // each guess has its own note
  text: note.text,
  start: note.start === undefined ? null : note.start - base,
  end: note.end === undefined ? null : note.end - base,
});
