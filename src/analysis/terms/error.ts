// Error: the span's own status is ERROR. Neither an exception event nor a child's failure makes one.

import type { SpanColumns } from './span-columns.ts';
import { STATUS_ERROR } from './span-kind.ts';

export const isError = ({ statuses }: Pick<SpanColumns, 'statuses'>, span: number): boolean =>
  statuses[span] === STATUS_ERROR;
