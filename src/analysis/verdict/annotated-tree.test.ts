import { describe, expect, it } from 'vitest';
import { internal, server, traceOf, type TestSpan } from '../suite/build-trace.ts';
import * as shop from '../suite/example-traces.ts';
import { annotatedTree, treeText } from './annotated-tree.ts';
import { explainTrace } from './explain-trace.ts';

const linesOf = (...spans: readonly TestSpan[]): string[] =>
  treeText(annotatedTree(explainTrace(traceOf(...spans))));

describe('annotatedTree', () => {
  it('marks the cause and the request around it', () => {
    expect(linesOf(shop.slowPayment)).toEqual([
      '└── [4.01 s] POST /checkout                       (api-gateway)',
      '    └── [4.00 s] POST /orders                     (order-service)',
      '        ├── [327 ms] 8 × GET /stock/{sku}         (inventory-service) longest 40.0 ms',
      '        ├── [233 ms] not covered by any span',
      '        ├── [3.30 s] POST /charges                (payment-service)                    <-- slow',
      '        │   ├── [36.0 ms] fraud check             (payment-service)',
      '        │   ├── [1.50 s] POST                     (api.stripe.test) attempt 1, failed  <-- root cause',
      '        │   ├── [1.00 s] asleep between attempts',
      '        │   ├── [710 ms] POST                     (api.stripe.test) attempt 2',
      '        │   └── [28.0 ms] INSERT payments         (PostgreSQL)',
      '        ├── [50.0 ms] INSERT orders               (PostgreSQL)',
      '        └── [5.00 ms] send receipts               (order-service)',
      '            └── [341 ms] process receipts         (user-service) not waited for',
    ]);
  });

  it.each([
    ['calls one after another', shop.nPlusOne, '[839 ms] 40 × GET /stock/{sku}'],
    ['a gap', shop.uncovered, '[640 ms] not covered by any span'],
    ['a query', shop.lockWait, '[2.95 s] SELECT stock'],
    ['own work', shop.computing, '[940 ms] verify token'],
  ])('marks %s', (_name, span, text) => {
    const marked = linesOf(span).filter((line) => line.includes('<-- root cause'));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toContain(text);
  });

  it('marks nothing when nothing stands out', () => {
    expect(linesOf(shop.healthy).join('\n')).not.toContain('<--');
  });

  it('shows what hangs under no root beside it', () => {
    const lines = linesOf(...shop.brokenPropagation);
    expect(lines.filter((line) => /^[├└]/.test(line))).toHaveLength(2);
  });

  it('leaves out what is short and off the path, with a count', () => {
    const many = Array.from({ length: 100 }, (_, i) => internal('a', `step ${i}`, 1, 2));
    const lines = linesOf(
      server('a', 'GET /', 0, 1000, {}, internal('a', 'work', 3, 999), ...many),
    );
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toContain('… 99 more, each under 2 % and off the critical path');
  });

  it('lets no name end a line or steer the terminal', () => {
    const lines = linesOf(server('a\u001B[31m', 'x\ny\u202E', 0, 1000));
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('stays bounded for deep and wide traces', () => {
    let deep = internal('a', 'leaf', 0, 1000);
    for (let i = 0; i < 3_000; i++) deep = internal('a', `level ${i}`, 0, 1000, {}, deep);
    expect(linesOf(server('a', 'GET /', 0, 1000, {}, deep)).length).toBeLessThan(60);
    const wide = Array.from({ length: 3_000 }, (_, i) => internal('a', `s ${i}`, i, i + 1));
    expect(linesOf(server('a', 'GET /', 0, 3000, {}, ...wide)).length).toBeLessThan(210);
  });
});
