// Bars name services and outside peers as texts; an answer with bars says once what number each of them has.

import type { QueryScope } from '../../query/core/run.ts';
import type { BarPart, ServiceRef } from '../contract/common.ts';
import type { NativeContext } from './context.ts';

export async function barNames(
  context: NativeContext,
  scope: QueryScope,
  rows: ReadonlyArray<{ readonly bar: readonly BarPart[] }>,
): Promise<readonly ServiceRef[]> {
  const names = new Set(
    rows.flatMap(({ bar }) => bar.flatMap(({ service, peer }) => [service, peer])),
  );
  names.delete('');
  const ref = await context.services.refs(scope, names);
  return Array.from(names, ref).toSorted((a, b) => a.number - b.number);
}
