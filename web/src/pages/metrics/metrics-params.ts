// The state of the metrics page in the URL: the query and how it is shown.

import { flagParam, listParam, textParam } from '../../lib/url/params.ts';

export const METRIC = textParam('metric');
/** `rate`, `avg`, …, or `p95` for a quantile; `auto`: what suits the metric. */
export const AGGREGATION = textParam('agg', 'auto');
/** Keys with commas between; `auto`: by service where there are several; `none`: one line for all. */
export const BY = textParam('by', 'auto');
export const FILTER = textParam('filter');
export const STEP = textParam('step', 'auto');
export const EXEMPLARS = flagParam('exemplars', true);
/** Labels of lines that are not drawn. */
export const HIDE = listParam('hide');
export const AS_TABLE = flagParam('table', false);
