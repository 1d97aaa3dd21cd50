// A page of rows that name their service, as lists of traces and of spans answer.

import type { QueryScope } from '../../query/core/run.ts';
import type { NanoRange } from '../../query/core/time-range.ts';
import type { AnswerMeta, EmptyReason, Page, ServiceRef } from '../contract/common.ts';
import type { NativeContext } from './context.ts';

interface Found<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly empty: EmptyReason | null;
}

interface Paged<Row> {
  readonly meta: AnswerMeta;
  readonly page: Page;
  readonly rows: ReadonlyArray<Omit<Row, 'service'> & { readonly service: ServiceRef }>;
}

export async function pagedAnswer<Row extends { readonly service: string }>(
  context: NativeContext,
  scope: QueryScope,
  range: NanoRange,
  found: Found<Row>,
): Promise<Paged<Row>> {
  const ref = await context.services.refs(
    scope,
    found.rows.map((row) => row.service),
  );
  return {
    meta: context.meta(scope, range, { empty: found.empty }),
    page: { total: found.total, nextCursor: found.nextCursor },
    rows: found.rows.map((row) => ({ ...row, service: ref(row.service) })),
  };
}
