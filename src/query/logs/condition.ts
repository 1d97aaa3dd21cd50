// Filter text and the fixed restrictions of a log query → one condition.

import { and, column, equal, type Expression, integer, isIn } from '../../sql/expression.ts';
import { type NanoRange, within } from '../core/time-range.ts';
import { rowsCondition } from '../traces/filter/plan-rows.ts';
import { idLiteral, LEVEL_RANK } from '../traces/filter/plan-tests.ts';
import type { PreparedFilter } from '../traces/filter/prepare.ts';
import { LEVELS } from '../traces/filter/values.ts';
import type { Level } from './rows.ts';

export interface LogRestrictions {
  /** Empty: all. */
  readonly levels: readonly Level[];
  readonly trace: string | undefined;
  readonly span: string | undefined;
}

export const NO_RESTRICTIONS: LogRestrictions = { levels: [], trace: undefined, span: undefined };

export const logCondition = (filter: PreparedFilter, restrictions: LogRestrictions): Expression =>
  and(...restrictionConditions(restrictions), rowsCondition(filter.checked, filter.onResources));

export function restrictionConditions({ levels, trace, span }: LogRestrictions): Expression[] {
  const ranks = levels.map((level) => integer(LEVELS.indexOf(level)));
  return [
    ...(trace === undefined ? [] : [equal(column('TraceId'), idLiteral(trace))]),
    ...(span === undefined ? [] : [equal(column('SpanId'), idLiteral(span))]),
    ...(ranks.length === 0 ? [] : [isIn(LEVEL_RANK, ranks)]),
  ];
}

export const inRange = (range: NanoRange): Expression => within(column('Time'), range);
