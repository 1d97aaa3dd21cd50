import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { server, traceOf, type TestSpan } from '../suite/build-trace.ts';
import * as shop from '../suite/example-traces.ts';
import { explainTrace, type TraceExplanation } from './explain-trace.ts';
import { SENTENCE_MAX_WORDS, wordCount } from './sentence.ts';

const explain = (...spans: readonly TestSpan[]): TraceExplanation =>
  explainTrace(traceOf(...spans));

const examples: ReadonlyArray<readonly [name: string, spans: readonly TestSpan[]]> = Object.entries(
  shop,
).map(([name, spans]) => [name, 'kind' in spans ? [spans] : spans]);

describe('the sentence', () => {
  it.each([
    [
      'two attempts and the pause between them',
      shop.slowPayment,
      '3.21 of 4.01 s (80 %) is payment-service waiting on api.stripe.test: the first attempt failed after 1.50 s, it slept 1.00 s, and the second attempt took 0.71 s.',
      '3.21 s waiting on api.stripe.test, 2 attempts',
    ],
    [
      'one slow query',
      shop.slowQuery,
      '2.45 of 2.60 s (94 %) is inventory-service waiting on PostgreSQL: SELECT reservations took 2.45 s.',
      '2.45 s waiting on PostgreSQL',
    ],
    [
      'a query that asks for a lock',
      shop.lockWait,
      '2.95 of 3.10 s (95 %) is inventory-service waiting on PostgreSQL, most likely for a lock: SELECT stock (FOR UPDATE) took 2.95 s.',
      '2.95 s waiting on PostgreSQL',
    ],
    [
      'forty calls one after another',
      shop.nPlusOne,
      '0.84 of 1.10 s (76 %) is order-service calling inventory-service one after another: 40 × GET /stock/{sku}, never two at once.',
      '0.84 s calling inventory-service one after another, 40 calls',
    ],
    [
      'five attempts',
      shop.retryStorm,
      '2.10 of 2.30 s (91 %) is order-service waiting on payment-service: five attempts, four failed, 0.60 s asleep between them.',
      '2.10 s waiting on payment-service, 5 attempts',
    ],
    [
      'a gap',
      shop.uncovered,
      '0.64 of 1.48 s (43 %) is not covered by any span in order-service, before POST /reservations.',
      '0.64 s not covered by any span in order-service',
    ],
    [
      'own work',
      shop.computing,
      '0.94 of 1.00 s (94 %) is user-service computing in verify token, not waiting on anything.',
      '0.94 s computing in user-service',
    ],
    [
      'two parts that are nearly equal',
      shop.twoParts,
      '1.02 of 2.00 s (51 %) is user-service computing in verify token; 0.94 s is order-service waiting on PostgreSQL.',
      '1.02 s computing in user-service',
    ],
    [
      'a server on another clock',
      shop.clockSkew,
      '0.96 of 1.20 s (80 %) is inventory-service waiting on PostgreSQL: SELECT stock took 0.96 s.',
      '0.96 s waiting on PostgreSQL',
    ],
    [
      'one hundred quick queries on a clock of whole milliseconds',
      shop.coarseClock,
      '0.62 of 0.80 s (77 %) is order-service calling PostgreSQL one after another: 100 × SELECT order_total, never two at once.',
      '0.62 s calling PostgreSQL one after another, 100 calls',
    ],
    [
      'several statements that ask for a lock',
      shop.manyLocks,
      '1.80 of 2.00 s (90 %) is inventory-service waiting on PostgreSQL, most likely for a lock: 3 calls, the longest, SELECT stock (FOR UPDATE), took 0.60 s.',
      '1.80 s waiting on PostgreSQL',
    ],
    [
      'much of a time that is not long',
      shop.healthy,
      'Nothing is slow by itself: of 420 ms to the answer, 200 ms (48 %) is payment-service waiting on what it calls.',
      '',
    ],
    [
      'a few calls one after another, as in any request',
      shop.fewCalls,
      'Nothing is slow by itself: of 1.00 s to the answer, 551 ms (55 %) is order-service making calls one after another.',
      '',
    ],
    [
      'nothing stands out',
      shop.evenParts,
      'No part stands out: 500 ms to the answer, the largest part has 32 %.',
      '',
    ],
    [
      'a quick answer of one part',
      shop.quick,
      'Quick: 124 ms to the answer, 121 ms (98 %) of it not covered by any span in user-service.',
      '',
    ],
    [
      'work after the answer is nobody’s fault',
      shop.asyncQueue,
      'Quick: 300 ms to the answer, 180 ms (60 %) of it order-service waiting on what it calls.',
      '',
    ],
  ])('%s', (_name, span, sentence, short) => {
    const explanation = explain(span);
    expect(explanation.sentence.text).toBe(sentence);
    expect(explanation.shortForm).toBe(short);
    expect(explanation.sentence.lead + explanation.sentence.rest).toBe(sentence);
  });

  it.each(examples)('%s: at most 30 words', (_name, spans) => {
    expect(wordCount(explain(...spans).sentence.text)).toBeLessThanOrEqual(SENTENCE_MAX_WORDS);
  });

  it('stays short when names are long, and drops the mechanism first', () => {
    const words = Array.from({ length: 20 }, (_, i) => `word${i}`).join(' ');
    const text = explain(server(words, words, 0, 2000)).sentence.text;
    expect(wordCount(text)).toBeLessThanOrEqual(SENTENCE_MAX_WORDS);
    expect(text).toContain('2.00 of 2.00 s (100 %)');
  });

  it('says so far while spans arrive', () => {
    const { sentence } = explainTrace(traceOf(shop.slowQuery), { stillArriving: true });
    expect(sentence.lead).toBe('So far 2.45 of 2.60 s (94 %)');
  });
});

describe('the culprit', () => {
  it('of a slow payment is the host outside, with attempts and sleep', () => {
    expect(explain(shop.slowPayment).culprit).toMatchObject({
      kind: 'attempts',
      service: 'payment-service',
      peer: 'api.stripe.test',
      operation: 'POST',
      nanos: 3_210e6,
      attempts: 2,
      sleptNanos: 1_000e6,
      spans: { length: 2 },
    });
  });

  it('of a lock wait is waiting, in the database', () => {
    expect(explain(shop.lockWait).culprit).toMatchObject({
      kind: 'wait',
      service: 'inventory-service',
      peer: 'postgresql',
      operation: 'SELECT stock',
    });
  });

  it('of calls one after another is their caller', () => {
    expect(explain(shop.nPlusOne).culprit).toMatchObject({
      kind: 'serial',
      service: 'order-service',
      peer: 'inventory-service',
      operation: 'GET /stock/{sku}',
      calls: 40,
      spans: { length: 40 },
    });
  });

  it.each([
    ['healthy', shop.healthy],
    ['fast with a slow worker', shop.asyncQueue],
  ])('is nobody when %s', (_name, span) => {
    expect(explain(span).culprit).toBeUndefined();
  });
});

describe('cause, first symptom and impact', () => {
  it.each([
    [
      'failed attempts',
      shop.slowPayment,
      [
        '1 of 2 attempts of payment-service to reach api.stripe.test failed.',
        'POST to api.stripe.test failed in payment-service, 2.15 s after the start.',
        'the answer took 4.01 s, 802 ms without this; the request did not fail.',
      ],
    ],
    [
      'a lock',
      shop.lockWait,
      [
        'most likely a lock that another transaction held: SELECT stock asks for one (FOR UPDATE).',
        'not found: no span failed.',
        'the answer took 3.10 s, 150 ms without this; the request did not fail.',
      ],
    ],
    [
      'what the other side did',
      shop.slowQuery,
      [
        'not found: what PostgreSQL did in this time is not in the trace.',
        'not found: no span failed.',
        'the answer took 2.60 s, 150 ms without this; the request did not fail.',
      ],
    ],
    [
      'too many calls',
      shop.nPlusOne,
      [
        'order-service makes 40 calls to inventory-service, each only after the one before it.',
        'not found: no span failed.',
        'the answer took 1.10 s, 261 ms without this; the request did not fail.',
      ],
    ],
    [
      'a quick failure',
      shop.quickFailure,
      [
        'not found: no part of the time stands out.',
        'INSERT orders to PostgreSQL failed in order-service, 60.0 ms after the start.',
        'the answer took 90.0 ms; the request failed.',
      ],
    ],
    ['nothing', shop.healthy, []],
  ])('%s', (_name, span, lines) => {
    expect(explain(span).causes.map(({ text }) => text)).toEqual(lines);
  });
});

describe('the parts table', () => {
  it('of a slow payment', () => {
    const { rows, totalSteps, unit } = explain(shop.slowPayment).table;
    expect(rows.map((row) => [row.kind, row.text, row.shownSteps, row.sharePerMille])).toEqual([
      ['wait', 'Waiting for api.stripe.test, two attempts', 2210, 551],
      ['sleep', 'Sleeping between the two attempts', 1000, 249],
      ['serial', '8 × GET /stock/{sku}, one after another', 327, 82],
      ['none', 'Not covered by any span, in order-service', 233, 58],
      ['wait', 'PostgreSQL, 2 calls', 78, 19],
      ['rest', 'Own work, network and short waits, 3 services', 164, 41],
    ]);
    expect([totalSteps, unit.unit]).toEqual([4012, 'ms']);
  });

  it.each(examples)('%s: columns add up and every stretch has a row', (_name, spans) => {
    const { table, path, totalNanos } = explain(...spans);
    const sum = (of: (row: (typeof table.rows)[number]) => number): number =>
      table.rows.reduce((total, row) => total + of(row), 0);
    expect(sum((row) => row.nanos)).toBe(totalNanos);
    expect(sum((row) => row.shownSteps)).toBe(Math.round(totalNanos / table.unit.step));
    expect(sum((row) => row.sharePerMille)).toBe(1000);
    const byRow = table.rows.map(() => 0);
    for (const { part, start, end } of path) byRow[part] = (byRow[part] ?? 0) + end - start;
    expect(byRow).toEqual(table.rows.map((row) => row.nanos));
  });
});

describe('what else is said', () => {
  it('a second root, and that the trace is not complete', () => {
    const explanation = explain(...shop.brokenPropagation);
    expect(explanation.complete).toBe(false);
    expect(explanation.sentence.text).toContain('order-service waiting on payment-service');
    expect(explanation.notes[0]).toMatchObject({ kind: 'several-roots', count: 1 });
  });

  it('work after the answer, apart from it', () => {
    const { after, totalNanos, notes, complete } = explain(shop.asyncQueue);
    expect([after, totalNanos, complete]).toEqual([{ nanos: 4_100e6, spans: 2 }, 300e6, true]);
    expect(notes[0]?.text).toBe('Work went on for 4.10 s after the answer, in 2 spans.');
  });

  it('a corrected clock', () => {
    const { notes, tree } = explain(shop.clockSkew);
    expect(notes[0]?.text).toBe('Clock of inventory-service corrected by −5.00 s.');
    expect(tree.columns.starts[4]).not.toBe(tree.starts[4]);
  });

  it('a trace without its root', () => {
    const orphan = { ...shop.slowQuery, parentId: 'ffffffffffffffff' };
    const { notes, complete, totalNanos } = explain(orphan);
    expect([complete, totalNanos]).toEqual([false, 2_600e6]);
    expect(notes.map(({ kind }) => kind)).toEqual(['root-missing', 'missing-parent']);
  });

  it('nothing at all about no spans', () => {
    expect(explain()).toMatchObject({ root: -1, totalNanos: 0, path: [], culprit: undefined });
  });
});

it('adds up and is the same twice, whatever the trace', () => {
  const span = fc.record({
    parent: fc.nat(50),
    start: fc.integer({ min: -20, max: 1200 }),
    length: fc.integer({ min: -5, max: 900 }),
    kind: fc.integer({ min: 0, max: 5 }),
    service: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('x', 'y'),
    peer: fc.constantFrom('', 'p', 'postgresql'),
    failed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 40 }), (raw) => {
      const spans = raw.map(({ parent, start, length, ...rest }, i) => ({
        ...rest,
        id: `${i + 2}`,
        parentId: parent > i ? '1' : `${(parent % (i + 1)) + 1}`,
        startMs: start,
        endMs: start + length,
        children: [],
      }));
      const columns = traceOf(server('a', 'root', 0, 1000, { id: '1' }), ...spans);
      const explanation = explainTrace(columns);
      let cursor = 0;
      for (const { start, end } of explanation.path) {
        expect(start).toBe(cursor);
        expect(end).toBeGreaterThan(start);
        cursor = end;
      }
      expect(cursor).toBe(1000e6);
      expect(explanation.table.rows.reduce((sum, row) => sum + row.nanos, 0)).toBe(1000e6);
      expect(wordCount(explanation.sentence.text)).toBeLessThanOrEqual(SENTENCE_MAX_WORDS);
      expect(explainTrace(columns).sentence).toEqual(explanation.sentence);
    }),
  );
});
