// Checked filter → condition on a row of `spans` or `logs`.

import { and, column, type Expression, isIn, not, or } from '../../../sql/expression.ts';
import { select } from '../../../sql/select.ts';
import type { Checked, CheckedFilter, Test } from './check.ts';
import type { Field } from './fields.ts';
import { currentTraces, wholeTraceCondition } from './plan-whole.ts';
import {
  anyAttributeCondition,
  intrinsicCondition,
  nestedAttributeCondition,
  ownAttributeCondition,
  resourceAttributeCondition,
  scopeAttributeCondition,
} from './plan-tests.ts';
import type { OnResources } from './resources.ts';

export const rowsCondition = (filter: CheckedFilter, onResources: OnResources): Expression =>
  and(...filter.conjuncts.map(({ checked }) => rowCondition(checked, onResources)));

export function rowCondition(checked: Checked, onResources: OnResources): Expression {
  switch (checked.kind) {
    case 'and':
      return and(...checked.terms.map((term) => rowCondition(term, onResources)));
    case 'or':
      return or(...checked.terms.map((term) => rowCondition(term, onResources)));
    case 'not':
      return not(rowCondition(checked.term, onResources));
    case 'test':
      return testCondition(checked.field, checked.test, onResources);
  }
}

function testCondition(field: Field, test: Test, onResources: OnResources): Expression {
  if (field.kind === 'intrinsic') {
    if (field.level === 'row') return intrinsicCondition(field.name, test);
    const where = wholeTraceCondition(field.name, test);
    return isIn(
      column('TraceId'),
      select({ columns: [column('TraceId')], ...currentTraces(where) }),
    );
  }
  switch (field.place) {
    case 'any':
      return anyAttributeCondition(field, test, onResources(test));
    case 'row':
      return ownAttributeCondition(field.keys, test);
    case 'resource':
      return resourceAttributeCondition(field.keys, test);
    case 'scope':
      return scopeAttributeCondition(field.keys, test);
    case 'event':
    case 'link':
      return nestedAttributeCondition(field.place, field.keys, test);
  }
}
