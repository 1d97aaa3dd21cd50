// Tests that a whole trace decides → conditions on a row of `traces`, or of anything with its columns.

import {
  and,
  binary,
  boolean,
  column,
  type Expression,
  integer,
  isIn,
  isNotIn,
  or,
  sql,
  text,
} from '../../../sql/expression.ts';
import { type Select, select, table } from '../../../sql/select.ts';
import type { Test } from './check.ts';
import type { FieldName } from './fields.ts';
import { compare, textCondition } from './plan-tests.ts';

const COLUMNS: Partial<Readonly<Record<FieldName, string>>> = {
  'trace:duration': 'Duration',
  'trace:after': 'After',
  'trace:endpoint': 'Endpoint',
  'trace:service': 'Service',
  'trace:status': 'Status',
  'trace:spans': 'Spans',
  'trace:errors': 'Errors',
  'trace:complete': 'Complete',
};

export function wholeTraceCondition(name: FieldName, test: Test): Expression {
  const columnName = COLUMNS[name];
  if (columnName === undefined) throw new Error(`${name} is not a field of a trace`);
  const value = column(columnName);
  switch (test.kind) {
    case 'text':
      return textCondition(value, test);
    case 'number':
      return compare(value, test.operator, test.value);
    case 'exists': {
      const isText =
        name === 'trace:endpoint' || name === 'trace:service' || name === 'trace:status';
      return isText ? binary(value, '!=', text('')) : boolean(true);
    }
  }
}

/**
 * FROM and WHERE for the closed traces of which `where` is true, each in its newest revision. Revisions beyond the
 * first are rare: they are looked up in a set, which costs far less than FINAL over all.
 */
export function currentTraces(where: Expression): Pick<Select, 'from' | 'where'> {
  const revised = binary(column('Revision'), '>', integer(1));
  const from = table('traces');
  const newest = select({
    columns: [column('TraceId'), sql`max(${column('Revision')})`],
    from,
    where: revised,
    groupBy: [column('TraceId')],
  });
  const ids = select({ columns: [column('TraceId')], from, where: revised });
  return {
    from,
    where: and(
      where,
      or(
        and(binary(column('Revision'), '=', integer(1)), isNotIn(column('TraceId'), ids)),
        isIn({ kind: 'tuple', items: [column('TraceId'), column('Revision')] }, newest),
      ),
    ),
  };
}
