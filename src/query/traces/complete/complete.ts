// Completion of a filter text: keys with counts, operators that fit, values with counts, and, or.

import type { Signal } from '../../../base/signal.ts';
import type { QueryScope } from '../../core/run.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { atCursor } from '../filter/at-cursor.ts';
import { type Field, fieldsOf, resolveField, type Searched } from '../filter/fields.ts';
import { printKey, printValue } from '../filter/printer.ts';
import { KINDS, LEVELS, STATUSES } from '../filter/values.ts';
import { attributeKeys, type KeyCount } from './keys.ts';
import { fieldValues, placesOf, type ValueCount } from './seen.ts';

export interface CompletionItem {
  readonly text: string;
  readonly insert: string;
  readonly detail: string;
  readonly count: number | null;
}

export interface Completion {
  readonly replace: { readonly from: number; readonly to: number };
  readonly expects: 'key' | 'operator' | 'value' | 'connective';
  readonly items: readonly CompletionItem[];
  readonly values: ReadonlyArray<{
    readonly value: string;
    readonly insert: string;
    readonly count: number;
  }>;
  readonly about: string | null;
}

/** What is known to be there: of one metric, its own attributes and no others. */
interface GivenAttribute {
  readonly key: string;
  readonly place: string;
  readonly values: readonly ValueCount[];
}

export interface CompletionQuery {
  readonly searched: Searched;
  /** Undefined: attributes of all that is searched. */
  readonly given?: readonly GivenAttribute[] | undefined;
  readonly range: NanoRange;
  readonly text: string;
  readonly cursor: number;
}

const MAX_ITEMS = 40;
const MAX_VALUES = 20;

export async function complete(scope: QueryScope, query: CompletionQuery): Promise<Completion> {
  const at = atCursor(query.text, query.cursor);
  const replace = { from: at.from, to: at.to };
  const none = { replace, expects: at.expects, values: [], about: null };
  switch (at.expects) {
    case 'key':
      return { ...none, ...(await completeKey(scope, query, at.typed)) };
    case 'operator': {
      const key = at.key ?? '';
      const items = operatorsFor(key, query.searched).filter(({ text }) =>
        text.startsWith(at.typed.trim()),
      );
      return { ...none, items, ...(await aboutKey(scope, query, key)) };
    }
    case 'value':
      return { ...none, ...(await completeValue(scope, query, at.key ?? '', at.typed)) };
    case 'connective':
      return {
        ...none,
        items: CONNECTIVES.filter(({ text }) => text.startsWith(at.typed.toLowerCase())),
      };
  }
}

const item = (text: string, detail: string, insert = `${text} `): CompletionItem => ({
  text,
  insert,
  detail,
  count: null,
});

const CONNECTIVES: readonly CompletionItem[] = [
  item('and', 'both have to hold'),
  item('or', 'one has to hold'),
];

const signalOf = (searched: Searched): Signal => (searched === 'spans' ? 'traces' : searched);

// ---- keys ----

const PREFIXES = ['resource.', 'span.', 'log.', 'event.', 'link.', 'scope.'];

async function completeKey(
  scope: QueryScope,
  query: CompletionQuery,
  typed: string,
): Promise<Pick<Completion, 'items' | 'values' | 'about'>> {
  const prefix = PREFIXES.find((candidate) => typed.startsWith(candidate));
  const field = resolveField(prefix === undefined ? 'x.y' : `${prefix}x`, query.searched);
  const place = field.kind === 'attribute' ? field.place : 'any';
  const signal = signalOf(query.searched);
  const part = prefix === undefined ? typed : typed.slice(prefix.length);
  const places = placesOf(signal, place);
  const limit = MAX_ITEMS * 2;
  const keys =
    query.given === undefined
      ? await attributeKeys(scope, { signal, places, range: query.range, part, limit })
      : givenKeys(query.given, places, part);
  const known = fieldsOf(query.searched)
    .filter(({ key }) => key.includes(typed.toLowerCase()))
    .map(({ key, text }) => item(key, text));
  const attributes = merged(keys).map((key) => attributeItem(key, prefix ?? ''));
  const items = [...known, ...attributes]
    .sort((a, b) => rank(a, typed) - rank(b, typed))
    .slice(0, MAX_ITEMS);
  const marked = items.find(({ text }) => text === typed) ?? items[0];
  return {
    items,
    ...(typed === '' || marked === undefined
      ? NO_VALUES
      : await aboutKey(scope, query, marked.text)),
  };
}

const givenKeys = (
  given: readonly GivenAttribute[],
  places: readonly string[],
  part: string,
): KeyCount[] =>
  given
    .filter(({ key, place }) => places.includes(place) && holds(key, part))
    .map(({ key, place, values }) => ({
      key,
      place,
      types: [],
      count: values.reduce((sum, { count }) => sum + count, 0),
    }));

const holds = (text: string, part: string): boolean =>
  text.toLowerCase().includes(part.toLowerCase());

const NO_VALUES = { values: [], about: null };

/** What is typed exactly, then what begins with it, then what holds it. */
const rank = ({ text }: CompletionItem, typed: string): number =>
  text === typed ? 0 : text.startsWith(typed) ? 1 : 2;

/** A key may stand in spans and resources: one row, counts together. */
function merged(keys: readonly KeyCount[]): KeyCount[] {
  const byKey = new Map<string, KeyCount>();
  for (const key of keys) {
    const seen = byKey.get(key.key);
    byKey.set(
      key.key,
      seen === undefined
        ? key
        : {
            key: key.key,
            place: seen.place.includes(key.place) ? seen.place : `${seen.place}, ${key.place}`,
            types: [...new Set([...seen.types, ...key.types])],
            count: seen.count + key.count,
          },
    );
  }
  return [...byKey.values()].sort((a, b) => b.count - a.count);
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  s: 'text',
  i: 'whole number',
  d: 'number',
  b: 'true or false',
  y: 'bytes',
  a: 'list',
  m: 'map',
  n: 'no value',
};

const typesText = (types: readonly string[]): string =>
  types.map((letter) => TYPE_WORDS[letter] ?? letter).join(', ');

function attributeItem({ key, place, types, count }: KeyCount, prefix: string): CompletionItem {
  const text = `${prefix}${key}`;
  const detail = types.length === 0 ? place : `${place}, ${typesText(types)}`;
  return { text, insert: `${printKey(text)} `, detail, count };
}

async function aboutKey(
  scope: QueryScope,
  query: CompletionQuery,
  key: string,
): Promise<Pick<Completion, 'values' | 'about'>> {
  const doc = fieldsOf(query.searched).find((candidate) => candidate.key === key);
  const field = resolveField(key, query.searched);
  const values = await valuesOf(scope, query, field, '');
  return {
    values: values.map(({ value, count }) => ({ value, insert: printValue(value), count })),
    about: doc?.text ?? (field.kind === 'attribute' ? PLACE_WORDS[field.place] : null),
  };
}

const PLACE_WORDS = {
  any: 'attribute, of the row or of its resource',
  row: 'attribute of the row',
  resource: 'attribute of the resource',
  event: 'attribute of one of the span’s events',
  link: 'attribute of one of the span’s links',
  scope: 'attribute of the instrumentation scope',
} as const;

// ---- operators ----

const TEXT_OPERATORS: readonly CompletionItem[] = [
  item('=', 'is'),
  item('!=', 'is not'),
  item('contains', 'holds the text'),
  item('~', 'a part fits the regular expression'),
  item('=~', 'the whole fits the regular expression'),
  item('!~', 'does not fit the regular expression'),
  item('exists', 'is there'),
];
const ORDER_OPERATORS: readonly CompletionItem[] = [
  item('>', 'more than'),
  item('>=', 'at least'),
  item('<', 'less than'),
  item('<=', 'at most'),
];
const EQUALITY: readonly CompletionItem[] = [item('=', 'is'), item('!=', 'is not')];

function operatorsFor(key: string, searched: Searched): CompletionItem[] {
  const field = resolveField(key, searched);
  if (field.kind === 'attribute') return [...TEXT_OPERATORS, ...ORDER_OPERATORS];
  switch (field.type) {
    case 'text':
      return [...TEXT_OPERATORS];
    case 'duration':
    case 'number':
    case 'level':
      return [...ORDER_OPERATORS, ...EQUALITY];
    case 'status':
    case 'kind':
    case 'boolean':
    case 'trace-id':
    case 'span-id':
      return [...EQUALITY];
  }
}

// ---- values ----

const WORDS: Readonly<Record<string, readonly string[]>> = {
  status: STATUSES,
  kind: KINDS.slice(1),
  level: LEVELS.slice(1),
  boolean: ['true', 'false'],
  duration: ['1ms', '10ms', '100ms', '500ms', '1s', '10s'],
};

async function completeValue(
  scope: QueryScope,
  query: CompletionQuery,
  key: string,
  typed: string,
): Promise<Pick<Completion, 'items' | 'about'>> {
  const field = resolveField(key, query.searched);
  const doc = fieldsOf(query.searched).find((candidate) => candidate.key === key);
  const words = field.kind === 'intrinsic' ? (WORDS[field.type] ?? []) : [];
  if (words.length > 0) {
    const items = words
      .filter((word) => word.startsWith(typed.toLowerCase()))
      .map((word) => item(word, ''));
    return { items, about: doc?.text ?? null };
  }
  const values = await valuesOf(scope, query, field, typed);
  return {
    items: values.map(({ value, count }) => ({
      text: value,
      insert: `${printValue(value)} `,
      detail: '',
      count,
    })),
    about: doc?.text ?? null,
  };
}

async function valuesOf(
  scope: QueryScope,
  query: CompletionQuery,
  field: Field,
  part: string,
): Promise<readonly ValueCount[]> {
  const signal = signalOf(query.searched);
  if (query.given === undefined || field.kind === 'intrinsic')
    return await fieldValues(scope, signal, field, query.range, MAX_VALUES, part);
  const places = placesOf(signal, field.place);
  return query.given
    .filter(({ key, place }) => places.includes(place) && field.keys.includes(key))
    .flatMap(({ values }) => values.filter(({ value }) => holds(value, part)))
    .slice(0, MAX_VALUES);
}
