// The functions that build a SELECT of the SQL tree.

import type { Expression, JoinType, Select, Selected, Source } from './tree.ts';

export type { Select, Selected, Source };

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
