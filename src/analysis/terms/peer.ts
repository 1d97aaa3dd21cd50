// Peer: the other side of a call as its caller names it. A database goes by its product, anything else by its address.
// The store's writer finds the same while it walks the attributes; a test there holds the two together.

import { DB_SYSTEM_KEYS, PEER_KEYS } from '../../base/semconv.ts';
import { firstOf, type Attributes } from './endpoint.ts';
import { isCall } from './span-kind.ts';

const KEYS = [...DB_SYSTEM_KEYS, ...PEER_KEYS];

export const peerOf = (kind: number, attributes: Attributes): string =>
  isCall(kind) ? firstOf(attributes, KEYS) : '';
