// Which unscoped attribute tests can be fulfilled by a resource at all. One small query before the large one: where no
// resource fulfils a test, the large one needs no OR, and the bloom filter can do its work.

import { u8 } from '../../core/codecs.ts';
import { fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, type Field, typedSelect } from '../../core/select.ts';
import { call } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import type { Checked, CheckedFilter, Test } from './check.ts';
import { sideAttributeCondition } from './plan-tests.ts';

/** True where some resource fulfils the test. Tests are told apart by identity. */
export type OnResources = (test: Test) => boolean;

export async function resolveResources(
  scope: QueryScope,
  filter: CheckedFilter,
): Promise<OnResources> {
  const tests = filter.conjuncts.flatMap(({ checked }) => unscopedTests(checked));
  if (tests.length === 0) return () => false;
  const fields: Record<string, Field<number>> = {};
  tests.forEach(({ keys, test }, i) => {
    fields[`t${i}`] = computed(u8, call('max', sideAttributeCondition(keys, test)));
  });
  const row = await fetchOne(scope, typedSelect(fields, { from: table('resources') }));
  const found = new Set(tests.filter((_, i) => row?.[`t${i}`] === 1).map(({ test }) => test));
  return (test) => found.has(test);
}

function unscopedTests(checked: Checked): Array<{ keys: readonly string[]; test: Test }> {
  switch (checked.kind) {
    case 'and':
    case 'or':
      return checked.terms.flatMap(unscopedTests);
    case 'not':
      return unscopedTests(checked.term);
    case 'test': {
      const { field, test } = checked;
      const unscoped = field.kind === 'attribute' && field.place === 'any';
      return unscoped ? [{ keys: field.keys, test }] : [];
    }
  }
}
