// The terms that the store computes in SQL for each span (endpoint, peer) are those of the analysis.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointOf } from '../analysis/terms/endpoint.ts';
import { peerOf } from '../analysis/terms/peer.ts';
import { openTestStore, type TestStore } from '../store/suite/test-store.ts';
import { insertSpans, traceId } from './suite/insert-spans.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => store.close());

/** Every combination of these, so that each precedence is met. */
const ATTRIBUTES = [
  ['http.request.method', 'PUT'],
  ['http.method', 'GET'],
  ['http.route', '/a/{id}'],
  ['rpc.service', 'S'],
  ['rpc.method', 'M'],
  ['db.system.name', 'postgresql'],
  ['db.system', 'mysql'],
  ['peer.service', 'pay'],
  ['server.address', 'api.test'],
  ['messaging.destination.name', 'jobs'],
] as const;

const combinations = Array.from({ length: 2 ** ATTRIBUTES.length }, (_, bits) =>
  Object.fromEntries(ATTRIBUTES.filter((__, i) => (bits >> i) & 1)),
);
const cases = [
  ...combinations.map((attributes, i) => ({ kind: i % 6, hasParent: i % 5 !== 0, attributes })),
  ...[0, 1, 2, 3, 4, 5].flatMap((kind) =>
    [true, false].flatMap((hasParent) => [
      { kind, hasParent, attributes: {} },
      { kind, hasParent, attributes: Object.fromEntries(ATTRIBUTES) },
      {
        kind,
        hasParent,
        attributes: { 'http.request.method': '', 'http.method': 'GET', 'http.route': '/x' },
      },
      { kind, hasParent, attributes: { 'db.system.name': '', 'net.peer.name': 'host' } },
    ]),
  ),
];

it('endpoint and peer are the same in SQL', async () => {
  await insertSpans(
    store.engine,
    { slice: 1_790_000_000, receivedAtMs: 1_790_000_000_000 },
    cases.map(({ kind, hasParent, attributes }, i) => ({
      trace: traceId(1),
      id: i + 1,
      parent: hasParent ? 0xffff : 0,
      startNanos: BigInt(i),
      durationNanos: 1n,
      kind,
      name: 'the name',
      attributes,
    })),
  );
  const rows = await store.rows('SELECT Endpoint, Peer FROM spans ORDER BY StartTime');
  expect(rows).toEqual(
    cases.map(({ kind, hasParent, attributes }) => [
      endpointOf({ kind, hasParent, name: 'the name', attributes }),
      peerOf(kind, attributes),
    ]),
  );
});
