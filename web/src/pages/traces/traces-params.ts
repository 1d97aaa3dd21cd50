// The state of the traces page in the URL.

import { flagParam, textParam } from '../../lib/url/params.ts';

export const QUERY = textParam('q');
/** FROM..TO,MIN..MAX in ns, as the API takes it. */
export const AREA = textParam('area');
/** A column, with `-` before it for the largest first. */
export const SORT = textParam('sort', '-duration');
export const CURSOR = textParam('cursor');
/** Which page the cursor stands for; only for "51–100 of …". */
export const PAGE = textParam('page', '1');
export const AS_TABLE = flagParam('table', false);
