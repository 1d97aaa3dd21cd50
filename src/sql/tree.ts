// The SQL tree as readonly data: expressions and SELECT, which contain each other. Built by expression.ts and select.ts.

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'NOT LIKE' | 'ILIKE';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

export type Literal =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'fixed'; readonly value: Uint8Array }
  | { readonly type: 'integer'; readonly value: bigint | number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' };

export type Expression =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'column'; readonly path: readonly string[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      /** The first pair of brackets of a parametric aggregate: `quantiles(0.5, 0.99)(x)`. */
      readonly parameters: readonly Expression[];
      readonly arguments: readonly Expression[];
    }
  | {
      readonly kind: 'binary';
      readonly operator: Comparison | Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'logic';
      readonly operator: 'AND' | 'OR';
      readonly operands: readonly Expression[];
    }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'is-null'; readonly operand: Expression; readonly negated: boolean }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly negated: boolean;
      readonly set: readonly Expression[] | Select;
    }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Expression }
  | { readonly kind: 'subquery'; readonly select: Select }
  | {
      readonly kind: 'over';
      readonly call: Expression;
      readonly partitionBy: readonly Expression[];
      readonly orderBy: readonly Order[];
    }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'fragment';
      readonly strings: readonly string[];
      readonly holes: ReadonlyArray<Expression | Select>;
    };

export interface Order {
  readonly expression: Expression;
  readonly direction: 'ASC' | 'DESC';
}

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

interface CommonTable {
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
