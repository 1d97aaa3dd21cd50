// The functions that build expressions of the SQL tree.
// Values enter through `text`, `integer`, `bytes` …; SQL text enters only through the tag `sql`, whose strings are
// source code and whose holes are expressions. So no input can become SQL.

import { assert } from '../base/assert.ts';
import type { Arithmetic, Comparison, Expression, Literal, Order, Select } from './tree.ts';

export type { Expression, Order };

const literal = (value: Literal): Expression => ({ kind: 'literal', literal: value });

export const text = (value: string): Expression => literal({ type: 'text', value });
export const bytes = (value: Uint8Array): Expression => literal({ type: 'bytes', value });
/** A FixedString of the array's length: trace and span ids. */
export const fixed = (value: Uint8Array): Expression => literal({ type: 'fixed', value });
export const integer = (value: bigint | number): Expression => literal({ type: 'integer', value });
export const float = (value: number): Expression => literal({ type: 'float', value });
export const boolean = (value: boolean): Expression => literal({ type: 'boolean', value });
export const nothing: Expression = literal({ type: 'null' });

/** A column, or `alias.column` as two parts. */
export const column = (...path: readonly [string, ...string[]]): Expression => ({
  kind: 'column',
  path,
});
export const all: Expression = { kind: 'all' };

/** A function call; the name is code, not input. */
export const call = (name: string, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  name,
  parameters: [],
  arguments: args,
});

/** `name(parameters…)(args…)`, e.g. `quantiles(0.5, 0.99)(Duration)`. */
export const aggregate = (
  name: string,
  parameters: readonly Expression[],
  ...args: readonly Expression[]
): Expression => ({ kind: 'call', name, parameters, arguments: args });

export const binary = (
  left: Expression,
  operator: Comparison | Arithmetic,
  right: Expression,
): Expression => ({ kind: 'binary', operator, left, right });

export const equal = (left: Expression, right: Expression): Expression => binary(left, '=', right);

/** All of them; none: true. */
export const and = (...operands: readonly Expression[]): Expression =>
  logic('AND', operands, boolean(true));
/** One of them; none: false. */
export const or = (...operands: readonly Expression[]): Expression =>
  logic('OR', operands, boolean(false));
export const not = (operand: Expression): Expression => ({ kind: 'not', operand });
export const isNull = (operand: Expression): Expression => ({
  kind: 'is-null',
  operand,
  negated: false,
});
export const isNotNull = (operand: Expression): Expression => ({
  kind: 'is-null',
  operand,
  negated: true,
});

/** `operand IN (…)`. An empty list is false, not an error. */
export const isIn = (operand: Expression, set: readonly Expression[] | Select): Expression =>
  isEmptyList(set) ? boolean(false) : { kind: 'in', operand, negated: false, set };
export const isNotIn = (operand: Expression, set: readonly Expression[] | Select): Expression =>
  isEmptyList(set) ? boolean(true) : { kind: 'in', operand, negated: true, set };

export const array = (...items: readonly Expression[]): Expression => ({ kind: 'array', items });
export const tuple = (...items: readonly Expression[]): Expression => ({ kind: 'tuple', items });
export const lambda = (parameters: readonly string[], body: Expression): Expression => ({
  kind: 'lambda',
  parameters,
  body,
});
/** A SELECT of one value. */
export const scalar = (select: Select): Expression => ({ kind: 'subquery', select });
export const over = (
  windowed: Expression,
  window: {
    readonly partitionBy?: readonly Expression[];
    readonly orderBy?: readonly Order[];
  },
): Expression => ({
  kind: 'over',
  call: windowed,
  partitionBy: window.partitionBy ?? [],
  orderBy: window.orderBy ?? [],
});

export const ascending = (expression: Expression): Order => ({ expression, direction: 'ASC' });
export const descending = (expression: Expression): Order => ({ expression, direction: 'DESC' });

/** `Attributes['key']`. */
export const attribute = (map: Expression, key: string): Expression =>
  call('arrayElement', map, text(key));

/** SQL written by us, with holes for expressions: sql`toStartOfMinute(${column('Time')})`. */
export function sql(
  strings: TemplateStringsArray,
  ...holes: ReadonlyArray<Expression | Select>
): Expression {
  assert(Object.isFrozen(strings) && Array.isArray(strings.raw), 'sql`` is a template tag');
  return { kind: 'fragment', strings, holes };
}

function logic(
  operator: 'AND' | 'OR',
  operands: readonly Expression[],
  empty: Expression,
): Expression {
  const [only] = operands;
  if (only === undefined) return empty;
  return operands.length === 1 ? only : { kind: 'logic', operator, operands };
}

const isEmptyList = (set: readonly Expression[] | Select): boolean =>
  Array.isArray(set) && set.length === 0;
