// Tree → ClickHouse SQL. Brackets are printed around every operand that is not a leaf: precedence is never relied on.

import { assert, unreachable } from '../base/assert.ts';
import { embedded, type Delta } from './delta.ts';
import {
  bareName,
  quoteBoolean,
  quoteBytes,
  quoteFixedString,
  quoteFloat,
  quoteIdentifier,
  quoteInteger,
  quoteString,
} from './literal.ts';
import type { Expression, Literal, Order, Select, Selected, Source } from './tree.ts';

/** The statement's text, without a FORMAT clause. */
export function printSelect(select: Select, delta: Delta = embedded): string {
  const settings = Object.entries(select.settings ?? {});
  return clauses([
    printWith(select, delta),
    ...printBody(select, delta),
    ...(select.unionAll ?? []).flatMap((other) => ['UNION ALL', ...printBody(other, delta)]),
    settings.length > 0 && `SETTINGS ${settings.map(printSetting).join(', ')}`,
  ]);
}

export function printExpression(expression: Expression, delta: Delta = embedded): string {
  const print = (inner: Expression): string => printExpression(inner, delta);
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.literal);
    case 'column':
      return expression.path.map(quoteIdentifier).join('.');
    case 'all':
      return '*';
    case 'call': {
      const parameters =
        expression.parameters.length > 0 ? `(${expression.parameters.map(print).join(', ')})` : '';
      return `${bareName(expression.name)}${parameters}(${expression.arguments.map(print).join(', ')})`;
    }
    case 'binary':
      return `${operand(expression.left, delta)} ${expression.operator} ${operand(expression.right, delta)}`;
    case 'logic':
      return expression.operands
        .map((inner) => operand(inner, delta))
        .join(` ${expression.operator} `);
    case 'not':
      return `NOT ${operand(expression.operand, delta)}`;
    case 'is-null':
      return `${operand(expression.operand, delta)} IS ${expression.negated ? 'NOT ' : ''}NULL`;
    case 'in':
      return printIn(expression, delta);
    case 'array':
      return `[${expression.items.map(print).join(', ')}]`;
    case 'tuple':
      return `tuple(${expression.items.map(print).join(', ')})`;
    case 'lambda':
      return `(${expression.parameters.map(quoteIdentifier).join(', ')}) -> ${print(expression.body)}`;
    case 'subquery':
      return `(${printSelect(expression.select, delta)})`;
    case 'over':
      return printOver(expression, delta);
    case 'fragment':
      return expression.strings
        .map((part, at) => part + printHole(expression.holes[at], delta))
        .join('');
    default:
      return unreachable(expression);
  }
}

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'text':
      return quoteString(literal.value);
    case 'bytes':
      return quoteBytes(literal.value);
    case 'fixed':
      return quoteFixedString(literal.value);
    case 'integer':
      return quoteInteger(literal.value);
    case 'float':
      return quoteFloat(literal.value);
    case 'boolean':
      return quoteBoolean(literal.value);
    case 'null':
      return 'NULL';
    default:
      return unreachable(literal);
  }
}

const LEAVES: ReadonlySet<Expression['kind']> = new Set([
  'column',
  'call',
  'array',
  'tuple',
  'subquery',
  'all',
]);

function operand(expression: Expression, delta: Delta): string {
  const printed = printExpression(expression, delta);
  const negative = expression.kind === 'literal' && printed.startsWith('-');
  const leaf = LEAVES.has(expression.kind) || (expression.kind === 'literal' && !negative);
  return leaf ? printed : `(${printed})`;
}

function printIn(expression: Expression & { kind: 'in' }, delta: Delta): string {
  const { set } = expression;
  const word = expression.negated ? 'NOT IN' : 'IN';
  const left = operand(expression.operand, delta);
  if ('kind' in set) return `${left} ${delta.global}${word} (${printSelect(set, delta)})`;
  return `${left} ${word} (${set.map((item) => printExpression(item, delta)).join(', ')})`;
}

function printOver(expression: Expression & { kind: 'over' }, delta: Delta): string {
  const window = clauses([
    list('PARTITION BY', expression.partitionBy, (inner) => printExpression(inner, delta)),
    list('ORDER BY', expression.orderBy, (order) => printOrder(order, delta)),
  ]);
  return `${printExpression(expression.call, delta)} OVER (${window})`;
}

function printHole(hole: Expression | Select | undefined, delta: Delta): string {
  if (hole === undefined) return '';
  return hole.kind === 'select' ? `(${printSelect(hole, delta)})` : operand(hole, delta);
}

function printWith(select: Select, delta: Delta): string | false {
  return list(
    'WITH',
    select.with ?? [],
    ({ name, select: inner }) => `${quoteIdentifier(name)} AS (${printSelect(inner, delta)})`,
  );
}

function printBody(select: Select, delta: Delta): Array<string | false> {
  const print = (expression: Expression): string => printExpression(expression, delta);
  const printSelected = (selected: Selected): string =>
    'as' in selected
      ? `${operand(selected.expression, delta)} AS ${quoteIdentifier(selected.as)}`
      : print(selected);
  assert(select.columns.length > 0, 'a SELECT has no columns');
  return [
    `SELECT ${select.distinct === true ? 'DISTINCT ' : ''}${select.columns.map(printSelected).join(', ')}`,
    select.from !== undefined && `FROM ${printSource(select.from, delta)}`,
    list('ARRAY JOIN', select.arrayJoin ?? [], printSelected),
    select.prewhere !== undefined && `PREWHERE ${print(select.prewhere)}`,
    select.where !== undefined && `WHERE ${print(select.where)}`,
    list('GROUP BY', select.groupBy ?? [], print),
    select.having !== undefined && `HAVING ${print(select.having)}`,
    list('ORDER BY', select.orderBy ?? [], (order) => printOrder(order, delta)),
    select.limitBy !== undefined &&
      `LIMIT ${quoteInteger(select.limitBy.count)} BY ${select.limitBy.by.map(print).join(', ')}`,
    select.limit !== undefined && `LIMIT ${quoteInteger(select.limit)}`,
    select.offset !== undefined && `OFFSET ${quoteInteger(select.offset)}`,
  ];
}

function printSource(source: Source, delta: Delta): string {
  const as = 'as' in source && source.as !== undefined ? ` AS ${quoteIdentifier(source.as)}` : '';
  switch (source.kind) {
    case 'table':
      return `${quoteIdentifier(source.name)}${as}${source.final === true ? ' FINAL' : ''}`;
    case 'derived':
      return `(${printSelect(source.select, delta)})${as}`;
    case 'function':
      return `${printExpression(source.call, delta)}${as}`;
    case 'join':
      return clauses([
        printSource(source.left, delta),
        `${delta.global}${source.type} JOIN ${printSource(source.right, delta)}`,
        source.using !== undefined && `USING (${source.using.map(quoteIdentifier).join(', ')})`,
        source.on !== undefined && `ON ${printExpression(source.on, delta)}`,
      ]);
    default:
      return unreachable(source);
  }
}

const printOrder = (order: Order, delta: Delta): string =>
  `${printExpression(order.expression, delta)} ${order.direction}`;

const printSetting = ([name, value]: [string, string | number]): string =>
  `${bareName(name)} = ${typeof value === 'number' ? String(value) : quoteString(value)}`;

const list = <T>(word: string, items: readonly T[], print: (item: T) => string): string | false =>
  items.length > 0 && `${word} ${items.map(print).join(', ')}`;

const clauses = (parts: ReadonlyArray<string | false>): string =>
  parts.filter((part) => part !== false).join(' ');
