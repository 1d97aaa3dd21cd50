// A SELECT whose columns and row type are one declaration: names, expressions and codecs cannot drift apart.

import { call, column, type Expression, text as quoted } from '../../sql/expression.ts';
import { named, type Select, select } from '../../sql/select.ts';
import type { Codec } from './codecs.ts';

export interface Field<T> {
  readonly expression: Expression;
  readonly codec: Codec<T>;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

export type SpecOf<F extends Fields> = { readonly [K in keyof F]: F[K]['codec'] };
export type FieldRow<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export interface TypedSelect<F extends Fields> {
  readonly select: Select;
  readonly fields: F;
}

/** A stored column. Its codec must be that of the schema; a wrong one shows in the first test. */
export const stored = <T>(codec: Codec<T>, ...path: readonly [string, ...string[]]): Field<T> => ({
  codec,
  expression: column(...path),
});

/** Anything computed is brought to the codec's type, so that the bytes are what the codec reads. */
export const computed = <T>(codec: Codec<T>, expression: Expression): Field<T> => ({
  codec,
  expression: call('CAST', expression, quoted(codec.type)),
});

export const typedSelect = <const F extends Fields>(
  fields: F,
  parts: Omit<Select, 'kind' | 'columns'>,
): TypedSelect<F> => ({
  fields,
  select: select({
    columns: Object.entries(fields).map(([name, field]) =>
      field.expression.kind === 'column' && field.expression.path.at(-1) === name
        ? field.expression
        : named(field.expression, name),
    ),
    ...parts,
  }),
});
