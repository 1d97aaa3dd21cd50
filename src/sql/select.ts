// The SQL tree's SELECT, as readonly data.

import type { Expression, Order } from './expression.ts';

export interface Select {
  readonly kind: 'select';
  readonly with?: readonly CommonTable[];
  readonly distinct?: boolean;
  readonly columns: readonly Selected[];
  readonly from?: Source;
  /** `ARRAY JOIN`: one row for each entry of arrays of equal length. */
  readonly arrayJoin?: readonly Selected[];
  readonly prewhere?: Expression;
  readonly where?: Expression;
  readonly groupBy?: readonly Expression[];
  readonly having?: Expression;
  readonly orderBy?: readonly Order[];
  readonly limitBy?: { readonly count: number; readonly by: readonly Expression[] };
  readonly limit?: number;
  readonly offset?: number;
  readonly unionAll?: readonly Select[];
  /** Settings of this query; names are code. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** An expression, or one with the name its value gets. */
export type Selected = Expression | { readonly expression: Expression; readonly as: string };

export interface CommonTable {
  readonly name: string;
  readonly select: Select;
}

export type JoinType =
  | 'INNER'
  | 'LEFT'
  | 'LEFT ANY'
  | 'LEFT SEMI'
  | 'LEFT ANTI'
  | 'CROSS'
  | 'ASOF LEFT';

export type Source =
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly as?: string;
      readonly final?: boolean;
    }
  | { readonly kind: 'derived'; readonly select: Select; readonly as?: string }
  /** A table function, e.g. `numbers(10)`. */
  | { readonly kind: 'function'; readonly call: Expression; readonly as?: string }
  | {
      readonly kind: 'join';
      readonly type: JoinType;
      readonly left: Source;
      readonly right: Source;
      readonly using?: readonly string[];
      readonly on?: Expression;
    };

export const select = (parts: Omit<Select, 'kind'>): Select => ({ kind: 'select', ...parts });

export const named = (expression: Expression, as: string): Selected => ({ expression, as });

export const table = (
  name: string,
  options: { readonly as?: string; readonly final?: boolean } = {},
): Source => ({ kind: 'table', name, ...options });

export const derived = (inner: Select, as?: string): Source =>
  as === undefined ? { kind: 'derived', select: inner } : { kind: 'derived', select: inner, as };

export const tableFunction = (call: Expression): Source => ({ kind: 'function', call });

export const join = (
  type: JoinType,
  left: Source,
  right: Source,
  on: { readonly using?: readonly string[]; readonly on?: Expression },
): Source => ({ kind: 'join', type, left, right, ...on });
