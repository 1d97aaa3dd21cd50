// The terms one by one, on small traces.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  client,
  consumer,
  internal,
  producer,
  server,
  traceOf,
  type TestSpan,
} from '../suite/build-trace.ts';
import { endpointOf } from './endpoint.ts';
import { isError } from './error.ts';
import { ownTime } from './own.ts';
import { peerOf } from './peer.ts';
import { summarizeQuery } from './query-summary.ts';
import { queryTextOf } from './query-text.ts';
import { isRequest, requestOfSpans } from './request.ts';
import { buildSpanTree, type SpanTree } from './span-tree.ts';
import { waitTimes } from './wait.ts';

const treeOf = (...roots: readonly TestSpan[]): SpanTree => buildSpanTree(traceOf(...roots));

describe('endpoint', () => {
  it.each([
    [
      'method and route',
      2,
      { 'http.request.method': 'GET', 'http.route': '/a/{id}' },
      'GET /a/{id}',
    ],
    ['old names', 2, { 'http.method': 'GET', 'http.route': '/a' }, 'GET /a'],
    [
      'new before old',
      2,
      { 'http.request.method': 'PUT', 'http.method': 'GET', 'http.route': '/a' },
      'PUT /a',
    ],
    [
      'an empty value is none',
      2,
      { 'http.request.method': '', 'http.method': 'GET', 'http.route': '/a' },
      'GET /a',
    ],
    ['method without route: the name', 2, { 'http.request.method': 'GET' }, 'name'],
    ['rpc', 2, { 'rpc.service': 'S', 'rpc.method': 'M' }, 'S/M'],
    [
      'http before rpc',
      2,
      { 'rpc.service': 'S', 'rpc.method': 'M', 'http.method': 'GET', 'http.route': '/a' },
      'GET /a',
    ],
    ['a consumer', 5, {}, 'name'],
    ['no request, no endpoint', 3, { 'http.request.method': 'GET', 'http.route': '/a' }, ''],
    ['names of Object are no attributes', 2, {}, 'name'],
  ])('%s', (_name, kind, attributes, expected) => {
    expect(endpointOf({ kind, hasParent: true, name: 'name', attributes })).toBe(expected);
  });

  it('any span without a parent has one', () => {
    expect(endpointOf({ kind: 1, hasParent: false, name: 'job', attributes: {} })).toBe('job');
  });
});

describe('peer', () => {
  it.each([
    [
      'database before host',
      3,
      { 'server.address': 'db1', 'db.system.name': 'postgresql' },
      'postgresql',
    ],
    ['old database name', 3, { 'db.system': 'mysql' }, 'mysql'],
    ['peer.service before address', 3, { 'server.address': 'x', 'peer.service': 'pay' }, 'pay'],
    ['old address', 3, { 'net.peer.name': 'x' }, 'x'],
    ['a queue', 4, { 'messaging.destination.name': 'jobs' }, 'jobs'],
    ['nothing known', 3, {}, ''],
    ['a server has none', 2, { 'server.address': 'me' }, ''],
  ])('%s', (_name, kind, attributes, expected) => {
    expect(peerOf(kind, attributes)).toBe(expected);
  });
});

describe('query', () => {
  it.each([
    [{ 'db.query.text': 'a', 'db.statement': 'b' }, 'a'],
    [{ 'db.statement': 'b' }, 'b'],
    [{}, ''],
  ])('text of %j', (attributes, expected) => {
    expect(queryTextOf(attributes)).toBe(expected);
  });

  it.each([
    ['SELECT a, b FROM stock WHERE x = $1', 'SELECT stock', ''],
    ['select *\n  from "public"."stock"', 'SELECT stock', ''],
    ['INSERT INTO orders (a) VALUES (1)', 'INSERT orders', ''],
    ['UPDATE stock SET n = 1', 'UPDATE stock', ''],
    ['DELETE FROM stock', 'DELETE stock', ''],
    ['SELECT n FROM stock WHERE s = $1 FOR UPDATE', 'SELECT stock', 'FOR UPDATE'],
    ['SELECT n FROM stock FOR NO KEY UPDATE', 'SELECT stock', 'FOR UPDATE'],
    ['SELECT n FROM jobs FOR UPDATE SKIP LOCKED', 'SELECT jobs', ''],
    ['SELECT n FROM jobs FOR UPDATE NOWAIT', 'SELECT jobs', ''],
    ['LOCK TABLE stock IN EXCLUSIVE MODE', '', 'LOCK TABLE'],
    ['SELECT pg_advisory_lock(7)', '', 'advisory lock'],
    ['BEGIN', '', ''],
    ['', '', ''],
  ])('summary of %j', (query, text, lock) => {
    expect(summarizeQuery(query)).toEqual({ text, lock });
  });

  it('is summarized quickly, however odd', () => {
    const before = process.cpuUsage();
    for (const query of [
      'SELECT '.repeat(10_000),
      'FOR '.repeat(10_000),
      ' '.repeat(100_000),
      `SELECT ${'FROM'.repeat(9_000)}`,
    ])
      summarizeQuery(query);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
  });
});

it('error is the own status only', () => {
  const { columns } = treeOf(
    server('a', 'r', 0, 9, {}, internal('a', 'x', 1, 2, { failed: true })),
  );
  expect([isError(columns, 0), isError(columns, 1)]).toEqual([false, true]);
});

describe('request', () => {
  const columns = traceOf(
    internal(
      'a',
      'job',
      0,
      100,
      {},
      internal('a', 'step', 1, 50),
      client(
        'a',
        'GET',
        1,
        50,
        {},
        server(
          'b',
          's',
          2,
          40,
          {},
          internal('b', 'i', 3, 4),
          internal('c', 'no server span', 5, 6),
        ),
      ),
      producer('a', 'send', 60, 61, {}, consumer('b', 'work', 70, 80)),
    ),
  );
  it.each([
    ['a span without a parent', 'job', true],
    ['a server', 's', true],
    ['a consumer', 'work', true],
    ['a span whose parent is another service’s', 'no server span', true],
    ['a span of the same service', 'step', false],
    ['a call', 'GET', false],
  ])('%s', (_name, name, expected) => {
    const span = columns.names.findIndex((number) => columns.strings[number] === name);
    expect(isRequest(columns, span)).toBe(expected);
  });
});

describe('wait and own', () => {
  const timesOf = (root: TestSpan): { wait: number; own: number; charges: number[] } => {
    const tree = treeOf(root);
    const times = waitTimes(tree, requestOfSpans(tree));
    return {
      wait: (times.waits[0] ?? 0) / 1e6,
      own: ownTime(tree, times, 0) / 1e6,
      charges: Array.from(times.charges, (nanos) => nanos / 1e6).filter((ms) => ms > 0),
    };
  };
  it.each<readonly [string, readonly TestSpan[], number, readonly number[]]>([
    ['no calls', [internal('a', 'x', 0, 50)], 0, []],
    ['two, one after another', [client('a', 'x', 0, 20), client('a', 'y', 30, 60)], 50, [20, 30]],
    ['two at once count once', [client('a', 'x', 0, 40), client('a', 'y', 20, 60)], 60, [20, 40]],
    ['one inside another', [client('a', 'x', 0, 60, {}, client('a', 'y', 10, 50))], 60, [60]],
    [
      'beneath other spans of the service',
      [internal('a', 'i', 0, 90, {}, client('a', 'x', 10, 30))],
      20,
      [20],
    ],
    [
      'clipped to the request',
      [client('a', 'x', -10, 20), client('a', 'y', 90, 150)],
      30,
      [20, 10],
    ],
    ['sending to a queue', [producer('a', 'x', 0, 5, {}, consumer('b', 'w', 50, 900))], 5, [5]],
    [
      'calls of others are theirs',
      [server('b', 's', 0, 50, {}, client('b', 'x', 10, 40))],
      0,
      [30],
    ],
  ])('%s', (_name, children, wait, charges) => {
    const times = timesOf(server('a', 'r', 0, 100, {}, ...children));
    expect(times).toEqual({ wait, own: 100 - wait, charges });
  });

  it('a call without a parent waits all its time', () => {
    expect(timesOf(client('a', 'x', 0, 10))).toEqual({ wait: 10, own: 0, charges: [10] });
  });

  it('shares of calls add up to the wait', () => {
    const call = fc.tuple(fc.integer({ min: -20, max: 120 }), fc.nat(80));
    fc.assert(
      fc.property(fc.array(call, { maxLength: 20 }), (raw) => {
        const children = raw.map(([start, length]) => client('a', 'x', start, start + length));
        const { wait, own, charges } = timesOf(server('a', 'r', 0, 100, {}, ...children));
        expect(charges.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(wait, 6);
        expect(own).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('asynchronous', () => {
  const asyncOf = (root: TestSpan): number[] => [...treeOf(root).asynchronous];
  it.each<readonly [string, TestSpan, readonly number[]]>([
    ['inside', server('a', 'r', 0, 100, {}, internal('a', 'x', 0, 100)), [0, 0]],
    ['longer by less than 1 ms', server('a', 'r', 0, 10, {}, internal('a', 'x', 5, 10.9)), [0, 0]],
    ['longer by more than 1 ms', server('a', 'r', 0, 10, {}, internal('a', 'x', 5, 11.1)), [0, 1]],
    ['longer by less than 1 %', server('a', 'r', 0, 1000, {}, internal('a', 'x', 5, 1009)), [0, 0]],
    ['longer by more than 1 %', server('a', 'r', 0, 1000, {}, internal('a', 'x', 5, 1011)), [0, 1]],
    ['producer to consumer', producer('a', 'p', 0, 10, {}, consumer('b', 'c', 2, 8)), [0, 1]],
    [
      'server that goes on when its client gave up',
      client('a', 'c', 0, 10, { failed: true }, server('b', 's', 2, 50)),
      [0, 0],
    ],
    ['a link', server('a', 'r', 0, 100, { id: '1' }), [0]],
  ])('%s', (_name, root, expected) => {
    expect(asyncOf(root)).toEqual(expected);
  });

  it('what is linked', () => {
    const tree = treeOf(
      server('a', 'r', 0, 100, { id: '1' }),
      consumer('b', 'c', 5, 50, { links: ['1'] }),
    );
    expect([...tree.asynchronous]).toEqual([0, 1]);
  });
});

describe('clock correction', () => {
  const startsOf = (root: TestSpan): number[] => Array.from(treeOf(root).starts, (ns) => ns / 1e6);
  it.each<readonly [string, TestSpan, readonly number[]]>([
    ['inside: nothing', client('a', 'c', 0, 100, {}, server('b', 's', 10, 90)), [0, 10]],
    [
      'outside by a millisecond: nothing',
      client('a', 'c', 0, 100, {}, server('b', 's', -0.9, 90)),
      [0, -0.9],
    ],
    ['ahead: to the middle', client('a', 'c', 0, 100, {}, server('b', 's', 5010, 5090)), [0, 10]],
    [
      'behind: to the middle',
      client('a', 'c', 0, 100, {}, server('b', 's', -5000, -4920)),
      [0, 10],
    ],
    [
      'longer and too early: to the start',
      client('a', 'c', 0, 100, {}, server('b', 's', -500, -300)),
      [0, 0],
    ],
    [
      'longer and started inside: nothing',
      client('a', 'c', 0, 100, {}, server('b', 's', 10, 300)),
      [0, 10],
    ],
    [
      'the client gave up: nothing',
      client('a', 'c', 0, 100, { failed: true }, server('b', 's', 60, 120)),
      [0, 60],
    ],
    [
      'what is beneath moves too',
      client(
        'a',
        'c',
        0,
        100,
        {},
        server('b', 's', 5010, 5090, {}, internal('b', 'i', 5020, 5030)),
      ),
      [0, 10, 20],
    ],
    [
      'a third clock that is right stays',
      client(
        'a',
        'c',
        0,
        100,
        {},
        server(
          'b',
          's',
          5010,
          5090,
          {},
          client('b', 'd', 5020, 5080, {}, server('c', 't', 30, 60)),
        ),
      ),
      [0, 10, 20, 30],
    ],
    [
      'one host has one clock',
      server(
        'a',
        'r',
        0,
        300,
        {},
        client('a', 'c', 0, 100, {}, server('b', 's', 5010, 5090, { host: 'h' })),
        client('a', 'd', 100, 300, {}, server('b', 't', 5105, 5200, { host: 'h' })),
      ),
      [0, 0, 100, 10, 105],
    ],
    [
      'an internal child is no matter of clocks',
      server('a', 'r', 0, 100, {}, internal('b', 'i', 500, 600)),
      [0, 500],
    ],
  ])('%s', (_name, root, expected) => {
    expect(startsOf(root)).toEqual(expected);
  });

  it('keeps raw times', () => {
    const tree = treeOf(client('a', 'c', 0, 100, {}, server('b', 's', 5010, 5090)));
    expect(tree.columns.starts[1]).toBe(5010e6);
    expect(tree.corrections).toEqual([{ span: 1, shiftNanos: -5000e6 }]);
  });
});
