// One slow checkout: gateway → payment → an outside provider, in a store.

import type { Engine } from '../../../store/contract.ts';
import { seed, seedSpans, spanHex, traceHex } from '../../../query/core/suite/seed.ts';

export const NOW_MS = 1_790_000_000_000;
export const CHECKOUT = traceHex(0xc0ffee);
const MS = 1_000_000;
const START = BigInt(NOW_MS - 60_000) * 1_000_000n;

const at = (ms: number): bigint => START + BigInt(ms) * 1_000_000n;

export async function seedCheckout(engine: Engine): Promise<void> {
  await seed(engine, 'services', [
    { Name: 'gateway', Number: 0, Outside: 0 },
    { Name: 'payment', Number: 1, Outside: 0 },
    { Name: 'api.stripe.test', Number: 2, Outside: 1 },
  ]);
  await seed(engine, 'resources', [
    {
      Slice: 0,
      Id: 1n,
      Service: 'gateway',
      Attributes: {
        pairs: [
          ['host.name', 'h1'],
          ['process.pid', '17'],
        ],
      },
      AttributeTypes: 'si',
    },
    {
      Slice: 0,
      Id: 2n,
      Service: 'payment',
      Attributes: { pairs: [['host.name', 'h2']] },
      AttributeTypes: 's',
    },
  ]);
  await seed(engine, 'scopes', [
    {
      Slice: 0,
      Id: 1n,
      Name: 'http',
      Version: '1.0',
      Attributes: { pairs: [] },
      AttributeTypes: '',
    },
  ]);
  const span = { trace: CHECKOUT, scope: 1n };
  await seedSpans(engine, [
    {
      ...span,
      id: spanHex(1),
      service: 'gateway',
      name: 'POST /checkout',
      kind: 2,
      start: at(0),
      duration: 1000 * MS,
      resource: 1n,
      attributes: {
        'http.response.status_code': 201,
        'http.request.method': 'POST',
        'http.route': '/checkout',
      },
    },
    {
      ...span,
      id: spanHex(2),
      parent: spanHex(1),
      service: 'gateway',
      name: 'POST',
      kind: 3,
      start: at(50),
      duration: 900 * MS,
      resource: 1n,
      attributes: { 'server.address': 'payment' },
    },
    {
      ...span,
      id: spanHex(3),
      parent: spanHex(2),
      service: 'payment',
      name: 'POST /charges',
      kind: 2,
      start: at(52),
      duration: 896 * MS,
      resource: 2n,
    },
    {
      ...span,
      id: spanHex(4),
      parent: spanHex(3),
      service: 'payment',
      name: 'POST',
      kind: 3,
      start: at(60),
      duration: 850 * MS,
      status: 2,
      resource: 2n,
      attributes: { 'server.address': 'api.stripe.test', amount: { d: 12.5 }, retry: true },
      more: {
        StatusMessage: 'timed out',
        EventTimes: [at(900)],
        EventNames: ['exception'],
        EventAttributes: [{ pairs: [['exception.message', 'no answer']] }],
        EventAttributeTypes: ['s'],
        EventDroppedAttributes: [1],
        LinkTraceIds: [{ hex: traceHex(5) }],
        LinkSpanIds: [{ hex: spanHex(6) }],
        LinkTraceStates: [''],
        LinkFlags: [1],
        LinkAttributes: [{ pairs: [['why', 'retry']] }],
        LinkAttributeTypes: ['s'],
        LinkDroppedAttributes: [0],
      },
    },
  ]);
}
