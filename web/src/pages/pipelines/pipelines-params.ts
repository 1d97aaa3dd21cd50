// The state of the pipelines page in the URL.

import { choiceParam } from '../../lib/url/params.ts';

export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export const PIPELINE = choiceParam('pipeline', SIGNALS);
