// Which attribute names make a span's Endpoint, Outcome and Peer. What the terms mean is said in src/analysis/terms; a
// test holds what the writer stores and those functions together.

import {
  DB_SYSTEM_KEYS,
  HTTP_METHOD_KEYS,
  HTTP_ROUTE_KEYS,
  HTTP_STATUS_KEYS,
  PEER_KEYS,
  RPC_METHOD_KEYS,
  RPC_SERVICE_KEYS,
  RPC_STATUS_KEYS,
} from '../../base/semconv.ts';

/** What is looked for among a span's attributes. The numbers are those of assembly/terms.ts. */
export const Part = {
  httpMethod: 0,
  httpRoute: 1,
  rpcService: 2,
  rpcMethod: 3,
  outcome: 4,
  peer: 5,
} as const;

/** By number of the part: its names, from most to least telling. The first one with a value that is not empty counts. */
const PART_NAMES: readonly (readonly string[])[] = [
  HTTP_METHOD_KEYS,
  HTTP_ROUTE_KEYS,
  RPC_SERVICE_KEYS,
  RPC_METHOD_KEYS,
  [...HTTP_STATUS_KEYS, ...RPC_STATUS_KEYS],
  [...DB_SYSTEM_KEYS, ...PEER_KEYS],
];

export interface PartName {
  readonly name: string;
  readonly part: number;
  /** 0 is the most telling. */
  readonly rank: number;
}

export const SPAN_PART_NAMES: readonly PartName[] = PART_NAMES.flatMap((names, part) =>
  names.map((name, rank) => ({ name, part, rank })),
);
