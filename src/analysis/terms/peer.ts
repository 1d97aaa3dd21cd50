// Peer: the other side of a call as its caller names it. A database goes by its product, anything else by its address.
// The store computes the same in SQL (PEER in src/store/schema/spans.ts); a test holds the two together.

import { DB_SYSTEM_KEYS, PEER_KEYS } from '../../base/semconv.ts';
import { firstOf, type Attributes } from './endpoint.ts';
import { isCall } from './span-kind.ts';

const KEYS = [...DB_SYSTEM_KEYS, ...PEER_KEYS];

export const peerOf = (kind: number, attributes: Attributes): string =>
  isCall(kind) ? firstOf(attributes, KEYS) : '';
