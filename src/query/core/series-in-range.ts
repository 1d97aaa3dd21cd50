// Rows of `metric_series` with points in a range. Their times are rounded to whole hours outwards: a series has a row a slice
// and hour, not one a point.

import { and, binary, column, type Expression, integer } from '../../sql/expression.ts';
import type { NanoRange } from './time-range.ts';

export const SERIES_STEP_NANOS = 3_600_000_000_000n;

export const seriesInRange = (range: NanoRange): Expression =>
  and(
    binary(column('LastTime'), '>=', integer(range.from)),
    binary(column('FirstTime'), '<', integer(range.to)),
  );
