// Tree → checked tree: keys become fields, values get the type of their field, `!=` becomes `not =`. The result says
// exactly what is tested, so that planning cannot fail.
//
// Meaning. A test is true or false for a row, never unknown: a comparison with what is not there is false, so `a != 1`
// (which is `not a = 1`) also finds rows without `a`. A search for spans or log records gives the rows for which the
// filter is true. A search for traces takes the terms joined by `and` at the top one by one: a trace is found if each
// of them is fulfilled by the trace itself or by at least one of its spans, not necessarily the same for all; what is
// to hold for one and the same span is put in parentheses. A term that begins with `not` (or compares with `!=` or
// `!~`) is fulfilled if no span fulfils what follows.

import { err, ok, type Result } from '../../../base/result.ts';
import type { Comparison, Filter, FilterError, Operator } from './ast.ts';
import { type Field, resolveField, type Searched, type ValueType } from './fields.ts';
import { checkPattern } from './pattern.ts';
import { parseDurationNanos } from '../../core/duration-text.ts';
import { indexOfWord, KINDS, LEVELS, parseNumber, STATUSES } from './values.ts';

export type Order = '=' | '<' | '<=' | '>' | '>=';

export type Test =
  /** `matches`: the pattern fits the whole; `finds`: a part. */
  | {
      readonly kind: 'text';
      readonly operator: Order | 'matches' | 'finds' | 'contains';
      readonly value: string;
    }
  /** `text` is how the number was written: attributes are stored as text. */
  | {
      readonly kind: 'number';
      readonly operator: Order;
      readonly value: number;
      readonly text: string;
    }
  | { readonly kind: 'exists' };

export type Checked =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Checked[] }
  | { readonly kind: 'not'; readonly term: Checked }
  | { readonly kind: 'test'; readonly field: Field; readonly test: Test };

export interface CheckedFilter {
  /** All of them have to be fulfilled. */
  readonly conjuncts: ReadonlyArray<{ readonly checked: Checked; readonly source: Filter }>;
}

class Fault extends Error {
  readonly error: FilterError;
  constructor(error: FilterError) {
    super(error.message);
    this.error = error;
  }
}

export function checkFilter(
  filter: Filter | undefined,
  searched: Searched,
): Result<CheckedFilter, FilterError> {
  if (filter === undefined) return ok({ conjuncts: [] });
  try {
    const terms = filter.kind === 'and' ? filter.terms : [filter];
    return ok({
      conjuncts: terms.map((source) => ({ source, checked: checkNode(source, searched) })),
    });
  } catch (fault) {
    if (fault instanceof Fault) return err(fault.error);
    throw fault;
  }
}

function checkNode(filter: Filter, searched: Searched): Checked {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, terms: filter.terms.map((term) => checkNode(term, searched)) };
    case 'not':
      return { kind: 'not', term: checkNode(filter.term, searched) };
    case 'group':
      return checkNode(filter.term, searched);
    case 'exists':
      return {
        kind: 'test',
        field: resolveField(filter.key.text, searched),
        test: { kind: 'exists' },
      };
    case 'text':
      return checkText(filter.text, searched);
    case 'comparison':
      return checkComparison(filter, searched);
  }
}

/** A string alone searches lines, or names and endpoints. */
function checkText(text: string, searched: Searched): Checked {
  const test: Test = { kind: 'text', operator: 'contains', value: text };
  const find = (key: string): Checked => ({
    kind: 'test',
    field: resolveField(key, searched),
    test,
  });
  switch (searched) {
    case 'logs':
      return find('body');
    case 'metrics':
      return find('service');
    case 'traces':
    case 'spans':
      return { kind: 'or', terms: [find('name'), find('span:endpoint')] };
  }
}

const POSITIVE: Readonly<Record<Operator, Order | 'matches' | 'finds' | 'contains'>> = {
  '=': '=',
  '!=': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '=~': 'matches',
  '!~': 'matches',
  '~': 'finds',
  contains: 'contains',
};

function checkComparison(comparison: Comparison, searched: Searched): Checked {
  const field = resolveField(comparison.key.text, searched);
  const type: ValueType | 'attribute' = field.kind === 'attribute' ? 'attribute' : field.type;
  const test = typedTest(comparison, POSITIVE[comparison.operator], type);
  const checked: Checked = { kind: 'test', field, test };
  return comparison.operator === '!=' || comparison.operator === '!~'
    ? { kind: 'not', term: checked }
    : checked;
}

function typedTest(
  comparison: Comparison,
  operator: Order | 'matches' | 'finds' | 'contains',
  type: ValueType | 'attribute',
): Test {
  const { value } = comparison;
  const textual = operator === 'matches' || operator === 'finds' || operator === 'contains';
  if (operator === 'matches' || operator === 'finds') {
    const fault = checkPattern(value.text);
    if (fault !== undefined) {
      fail(comparison, 'FILTER_PATTERN', `The pattern cannot be used: ${fault.message}`);
    }
  }
  if (textual && type !== 'text' && type !== 'attribute') {
    fail(comparison, 'FILTER_VALUE', `${comparison.key.text} is not text: use = != < <= > >=.`);
  }
  if (textual) return { kind: 'text', operator, value: value.text };
  if (type === 'text') return { kind: 'text', operator, value: value.text };
  if (type === 'attribute') return attributeTest(comparison, operator);
  if (type === 'trace-id' || type === 'span-id') return idTest(comparison, operator, type);
  return { kind: 'number', operator, value: numberOf(comparison, type), text: value.text };
}

function attributeTest(comparison: Comparison, operator: Order): Test {
  const { key, value } = comparison;
  if (value.quoted) return { kind: 'text', operator, value: value.text };
  const number = parseNumber(value.text);
  if (number !== undefined) return { kind: 'number', operator, value: number, text: value.text };
  if (operator === '=') return { kind: 'text', operator, value: value.text };
  if (parseDurationNanos(value.text) !== undefined) {
    fail(
      comparison,
      'FILTER_VALUE',
      `${key.text} is an attribute and has no unit: compare it with a number as it was sent. The length of a request is duration.`,
      `duration ${comparison.operator} ${value.text}`,
    );
  }
  return fail(
    comparison,
    'FILTER_VALUE',
    `${value.text} is not a number. To compare as text, put it in quotes.`,
    `${key.text} ${comparison.operator} "${value.text}"`,
  );
}

function idTest(comparison: Comparison, operator: Order, type: 'trace-id' | 'span-id'): Test {
  const digits = type === 'trace-id' ? 32 : 16;
  const text = comparison.value.text.toLowerCase();
  if (operator !== '=') {
    fail(comparison, 'FILTER_VALUE', `${comparison.key.text} is an id: compare it with = or !=.`);
  }
  if (!/^[0-9a-f]*$/.test(text) || text.length !== digits) {
    fail(
      comparison,
      'FILTER_VALUE',
      `An id of ${digits} hexadecimal digits is expected; ${comparison.value.text} has ${text.length} characters.`,
    );
  }
  return { kind: 'text', operator, value: text };
}

function numberOf(comparison: Comparison, type: Exclude<ValueType, 'text'>): number {
  const { text } = comparison.value;
  switch (type) {
    case 'number':
      return parseNumber(text) ?? fail(comparison, 'FILTER_VALUE', `${text} is not a number.`);
    case 'duration': {
      const nanos = parseDurationNanos(text);
      if (nanos !== undefined) return nanos;
      const plain = parseNumber(text);
      return fail(
        comparison,
        'FILTER_VALUE',
        `${text} is not a duration: write it with a unit, such as 10ms, 1.5s or 2m.`,
        plain === undefined ? undefined : `${comparison.key.text} ${comparison.operator} ${text}ms`,
      );
    }
    case 'boolean':
      return word(comparison, ['false', 'true']);
    case 'status':
      return word(comparison, STATUSES);
    case 'kind':
      return word(comparison, KINDS);
    case 'level':
      return word(comparison, LEVELS);
    case 'trace-id':
    case 'span-id':
      return fail(comparison, 'FILTER_VALUE', `${text} is not an id.`);
  }
}

function word(comparison: Comparison, words: readonly string[]): number {
  const index = indexOfWord(words, comparison.value.text);
  if (index >= 0) return index;
  return fail(
    comparison,
    'FILTER_VALUE',
    `${comparison.key.text} is one of ${words.join(', ')}, not ${comparison.value.text}.`,
  );
}

function fail(
  { from, to }: Comparison,
  code: FilterError['code'],
  message: string,
  suggestion?: string,
): never {
  throw new Fault({ code, from, to, message, suggestion });
}
