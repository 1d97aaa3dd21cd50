// The state of the pipelines page in the URL.

import { choiceParam, textParam } from '../../lib/url/params.ts';

export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export const PIPELINE = choiceParam('pipeline', SIGNALS);
/** The component looked at, by its name in the graph; empty: none. */
export const NODE = textParam('node');
