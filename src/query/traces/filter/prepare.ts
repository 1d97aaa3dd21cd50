// Filter text → what plans are made from: parsed, checked, patterns tried by the engine, resources looked at.

import { AppError } from '../../../base/app-error.ts';
import { call, text } from '../../../sql/expression.ts';
import { isAccepted, type QueryScope } from '../../core/run.ts';
import type { FilterError } from './ast.ts';
import { type Checked, type CheckedFilter, checkFilter } from './check.ts';
import type { Searched } from './fields.ts';
import { parseFilter } from './parser.ts';
import { type OnResources, resolveResources } from './resources.ts';

export interface PreparedFilter {
  readonly source: string;
  readonly checked: CheckedFilter;
  readonly onResources: OnResources;
}

/** The fault as an error whose details say where in the text it is. */
export const filterFault = ({ code, message, from, to, suggestion }: FilterError): AppError =>
  new AppError(code, {
    message,
    details: {
      positionFrom: from,
      positionTo: to,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  });

export async function prepareFilter(
  scope: QueryScope,
  source: string,
  searched: Searched,
): Promise<PreparedFilter> {
  const parsed = parseFilter(source);
  if (!parsed.ok) throw filterFault(parsed.error);
  const checked = checkFilter(parsed.value, searched);
  if (!checked.ok) throw filterFault(checked.error);
  for (const conjunct of checked.value.conjuncts) {
    for (const pattern of patternsOf(conjunct.checked)) {
      if (await isAccepted(scope, call('match', text(''), text(`^(?:${pattern})$`)))) continue;
      const { from, to } = conjunct.source;
      throw filterFault({
        code: 'FILTER_PATTERN',
        from,
        to,
        message: `${pattern} is not a regular expression of RE2. See https://github.com/google/re2/wiki/Syntax.`,
      });
    }
  }
  return {
    source,
    checked: checked.value,
    onResources: await resolveResources(scope, checked.value),
  };
}

/** The same filter without one of its conjuncts. */
export const withoutConjunct = (filter: PreparedFilter, index: number): PreparedFilter => ({
  ...filter,
  checked: { conjuncts: filter.checked.conjuncts.filter((_, i) => i !== index) },
});

function patternsOf(checked: Checked): string[] {
  switch (checked.kind) {
    case 'and':
    case 'or':
      return checked.terms.flatMap(patternsOf);
    case 'not':
      return patternsOf(checked.term);
    case 'test': {
      const { test } = checked;
      const isPattern =
        test.kind === 'text' && (test.operator === 'matches' || test.operator === 'finds');
      return isPattern ? [test.value] : [];
    }
  }
}
