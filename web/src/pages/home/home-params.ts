// The state of Home in the URL.

import { choiceParam, textParam } from '../../lib/url/params.ts';

export const VIEW = choiceParam('view', ['services', 'endpoints', 'operations']);
/** Column of the table shown, with `-` before it for the largest first; empty: the table's own order. */
export const SORT = textParam('sort');
