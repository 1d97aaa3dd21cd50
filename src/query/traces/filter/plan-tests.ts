// One test of a filter → a condition on a row of `spans` or `logs`. Conditions are 0 or 1, never NULL, so that `not`
// means what it says.

import { unreachable } from '../../../base/assert.ts';
import {
  and,
  attribute,
  binary,
  boolean,
  call,
  column,
  equal,
  type Expression,
  fixed,
  integer,
  isIn,
  not,
  or,
  sql,
  text,
} from '../../../sql/expression.ts';
import { select, table } from '../../../sql/select.ts';
import type { Order, Test } from './check.ts';
import type { AttributeField, FieldName } from './fields.ts';

export type RowTable = 'spans' | 'logs';
type TextTest = Extract<Test, { kind: 'text' }>;
type NumberTest = Extract<Test, { kind: 'number' }>;

/** A text against any text test. */
export function textCondition(value: Expression, test: TextTest): Expression {
  switch (test.operator) {
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return binary(value, test.operator, text(test.value));
    case 'matches':
      return call('match', value, text(`^(?:${test.value})$`));
    case 'finds':
      return call('match', value, text(test.value));
    case 'contains':
      // LIKE, not position(): the n-gram index serves it.
      return binary(value, 'LIKE', text(`%${test.value.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`));
    default:
      return unreachable(test.operator);
  }
}

const wholeNumber = (value: number): Expression =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 63
    ? integer(BigInt(value))
    : { kind: 'literal', literal: { type: 'float', value } };

export const compare = (value: Expression, operator: Order, number: number): Expression =>
  binary(value, operator, wholeNumber(number));

/** Severity as the place in LEVELS (values.ts): by number, else by the text that was sent. */
export const LEVEL_RANK = sql`if(${column('SeverityNumber')} > 0, least(intDiv(${column('SeverityNumber')} + 3, 4), 6), transform(lower(${column('SeverityText')}), ['trace', 'debug', 'info', 'information', 'notice', 'warn', 'warning', 'error', 'err', 'fatal', 'critical', 'alert', 'emergency', 'panic'], [1, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6], 0))`;

const COLUMNS: Partial<Readonly<Record<FieldName, Expression>>> = {
  name: column('Name'),
  service: column('Service'),
  endpoint: column('Endpoint'),
  kind: column('Kind'),
  status: column('StatusCode'),
  'status.message': column('StatusMessage'),
  duration: column('Duration'),
  peer: column('Peer'),
  trace: column('TraceId'),
  span: column('SpanId'),
  parent: column('ParentSpanId'),
  body: column('Body'),
  level: LEVEL_RANK,
  severity: column('SeverityNumber'),
  event: column('EventName'),
};

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );

export const idLiteral = (hex: string): Expression => fixed(bytesOfHex(hex));

export function intrinsicCondition(name: FieldName, test: Test): Expression {
  if (name === 'event.name') return eventNameCondition(test);
  if (name === 'scope.name' || name === 'scope.version') {
    const scopeColumn = column(name === 'scope.name' ? 'Name' : 'Version');
    return isIn(column('ScopeId'), idsOf('scopes', presentOr(scopeColumn, test)));
  }
  const value = COLUMNS[name];
  if (value === undefined) throw new Error(`${name} is not a field of a row`);
  if (name === 'trace' || name === 'span' || name === 'parent')
    return idCondition(name, value, test);
  if (test.kind === 'number') {
    if (name === 'level') return levelCondition(test);
    return compare(value, test.operator, test.value);
  }
  return test.kind === 'exists' ? existsCondition(name, value) : textCondition(value, test);
}

const presentOr = (value: Expression, test: Test): Expression =>
  test.kind === 'text' ? textCondition(value, test) : binary(value, '!=', text(''));

const idsOf = (name: 'scopes' | 'resources', where: Expression) =>
  select({ columns: [column('Id')], from: table(name), where });

function existsCondition(name: FieldName, value: Expression): Expression {
  const isNumber = name === 'kind' || name === 'status' || name === 'severity' || name === 'level';
  if (name === 'duration') return boolean(true);
  return isNumber ? binary(value, '>', integer(0)) : binary(value, '!=', text(''));
}

const ID_BYTES = { trace: 16, span: 8, parent: 8 } as const;

function idCondition(name: 'trace' | 'span' | 'parent', value: Expression, test: Test): Expression {
  const none = fixed(new Uint8Array(ID_BYTES[name]));
  return test.kind === 'text' ? equal(value, idLiteral(test.value)) : binary(value, '!=', none);
}

/** By number first: the minmax index on SeverityNumber serves it when no text has to be looked at. */
const levelCondition = (test: NumberTest): Expression =>
  compare(LEVEL_RANK, test.operator, test.value);

function eventNameCondition(test: Test): Expression {
  const names = column('EventNames');
  if (test.kind !== 'text') return call('notEmpty', names);
  if (test.operator === '=') return call('has', names, text(test.value));
  const body = textCondition(column('n'), test);
  return call('arrayExists', { kind: 'lambda', parameters: ['n'], body }, names);
}

// ---- attributes ----

/** A map of attributes and the type letters beside it. */
interface AttributeColumns {
  readonly map: Expression;
  /** Its keys: of a stored map read without its values, at a seventh of the cost. */
  readonly keys: Expression;
  readonly types: Expression;
  /** The bloom filter over hashes of key and value; undefined where there is none. */
  readonly hashes: Expression | undefined;
}

const OWN: AttributeColumns = {
  map: column('Attributes'),
  keys: column('Attributes', 'keys'),
  types: column('AttributeTypes'),
  // Exactly the expression of the skip index `attribute` of spans and logs.
  hashes: sql`arrayMap((k, v) -> cityHash64(k, v), mapKeys(${column('Attributes')}), mapValues(${column('Attributes')}))`,
};
const PLAIN: AttributeColumns = { ...OWN, hashes: undefined };
const ENTRY: AttributeColumns = {
  map: column('m'),
  keys: call('mapKeys', column('m')),
  types: column('t'),
  hashes: undefined,
};

/** The condition on attributes that stand in the row itself. */
export const ownAttributeCondition = (keys: readonly string[], test: Test): Expression =>
  attributeCondition(OWN, keys, test);

/** The condition on a row of `resources` or `scopes`. */
export const sideAttributeCondition = (keys: readonly string[], test: Test): Expression =>
  attributeCondition(PLAIN, keys, test);

const hasKey = (columns: AttributeColumns, key: string): Expression =>
  call('has', columns.keys, text(key));

function attributeCondition(
  columns: AttributeColumns,
  keys: readonly string[],
  test: Test,
): Expression {
  return or(...keys.map((key) => oneKeyCondition(columns, key, test)));
}

function oneKeyCondition(columns: AttributeColumns, key: string, test: Test): Expression {
  const value = attribute(columns.map, key);
  switch (test.kind) {
    case 'exists':
      return hasKey(columns, key);
    case 'text':
      if (test.operator === '=') return equalsOneOf(columns, key, [test.value]);
      return and(hasKey(columns, key), textCondition(value, test));
    case 'number':
      if (test.operator === '=') return equalsOneOf(columns, key, spellings(test));
      // Text that is not a number becomes NaN, which no comparison holds for.
      return and(
        hasKey(columns, key),
        isIn(letterOf(columns, key), [text('i'), text('d')]),
        compare(sql`toFloat64OrDefault(${value}, nan)`, test.operator, test.value),
      );
    default:
      return unreachable(test);
  }
}

/** The type letter of a key; empty where the key is missing. */
const letterOf = ({ keys, types }: AttributeColumns, key: string): Expression =>
  sql`substring(${types}, indexOf(${keys}, ${text(key)}), 1)`;

/** `indexHint` prunes with the bloom filter and costs nothing per row; the comparison decides. */
function equalsOneOf(
  columns: AttributeColumns,
  key: string,
  values: readonly string[],
): Expression {
  const { hashes, map } = columns;
  const literals = values.map((value) => text(value));
  const decided =
    literals.length === 1
      ? equal(attribute(map, key), literals[0] ?? text(''))
      : isIn(attribute(map, key), literals);
  if (values.includes('')) return and(hasKey(columns, key), decided); // a missing key reads as empty, too
  if (hashes === undefined) return decided;
  const hints = literals.map((value) => sql`has(${hashes}, cityHash64(${text(key)}, ${value}))`);
  return and(call('indexHint', or(...hints)), decided);
}

/** A number as it may have been stored: as written (by who sent it as text), and in shortest form. */
const spellings = (test: NumberTest): string[] => [...new Set([test.text, String(test.value)])];

/** Attributes of events and links: true if one of them fulfils it. */
export function nestedAttributeCondition(
  place: 'event' | 'link',
  keys: readonly string[],
  test: Test,
): Expression {
  const prefix = place === 'event' ? 'Event' : 'Link';
  const body = attributeCondition(ENTRY, keys, test);
  return call(
    'arrayExists',
    { kind: 'lambda', parameters: ['m', 't'], body },
    column(`${prefix}Attributes`),
    column(`${prefix}AttributeTypes`),
  );
}

export const scopeAttributeCondition = (keys: readonly string[], test: Test): Expression =>
  isIn(column('ScopeId'), idsOf('scopes', sideAttributeCondition(keys, test)));

export const resourceAttributeCondition = (keys: readonly string[], test: Test): Expression =>
  isIn(column('ResourceId'), idsOf('resources', sideAttributeCondition(keys, test)));

/** The row's own attribute, else that of its resource. */
export function anyAttributeCondition(
  field: AttributeField,
  test: Test,
  onResources: boolean,
): Expression {
  const own = ownAttributeCondition(field.keys, test);
  if (!onResources) return own;
  const none = not(or(...field.keys.map((key) => hasKey(OWN, key))));
  return or(own, and(none, resourceAttributeCondition(field.keys, test)));
}
