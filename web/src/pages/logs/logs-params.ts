// The state of the logs page in the URL.

import { flagParam, listParam, textParam } from '../../lib/url/params.ts';

export const QUERY = textParam('q');
/** Levels shown; none named: all. */
export const LEVELS = listParam('levels');
/** The line that is open. */
export const LINE = textParam('line');
/** The line whose neighbours are shown instead of a search. */
export const AROUND = textParam('around');
export const TRACE = textParam('trace');
export const SPAN = textParam('span');
export const LIVE = flagParam('live', false);
export const WRAP = flagParam('wrap', false);
export const AS_TABLE = flagParam('table', false);
