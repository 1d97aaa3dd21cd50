// Outcome: what a request was answered with. Its HTTP status, else its RPC status; of spans that may be a request alone.
// The store's writer finds the same while it walks the attributes; a test there holds the two together.

import { HTTP_STATUS_KEYS, RPC_STATUS_KEYS } from '../../base/semconv.ts';
import { type EndpointSource, firstOf } from './endpoint.ts';
import { isServed } from './span-kind.ts';

const KEYS = [...HTTP_STATUS_KEYS, ...RPC_STATUS_KEYS];

export const outcomeOf = ({
  kind,
  hasParent,
  attributes,
}: Pick<EndpointSource, 'kind' | 'hasParent' | 'attributes'>): string =>
  hasParent && !isServed(kind) ? '' : firstOf(attributes, KEYS);
