// The state of the trace page in the URL.

import { choiceParam, flagParam, listParam, spanParam, textParam } from '../../lib/url/params.ts';

export const VIEW = choiceParam('view', ['waterfall', 'table', 'logs', 'events']);
export const SPAN = textParam('span');
export const PANEL = choiceParam('panel', ['attributes', 'logs', 'events', 'resource', 'off']);
/** ms..ms from the trace's start. */
export const ZOOM = spanParam('zoom');
/** Ids of spans opened or closed against the default; `x` and an id: an open fold. */
export const OPEN = listParam('open');
export const FOLD = flagParam('fold', true);
export const CRIT = flagParam('crit', true);
export const LOGS = flagParam('logs', true);
export const FIND = textParam('find');
/** Number of the part whose rows alone are shown. */
export const PART = textParam('part');
export const SORT = textParam('sort', 'start');
