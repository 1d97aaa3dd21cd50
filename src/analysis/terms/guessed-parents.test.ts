import { describe, expect, it } from 'vitest';
import { client, internal, server, type TestSpan, traceOf } from '../suite/build-trace.ts';
import { rootOf } from './answer.ts';
import { guessParents } from './guessed-parents.ts';
import { buildSpanTree } from './span-tree.ts';

const lost = { parentId: 'ffffffffffffffff' };

/** gateway 0–1000 calls orders 10–990, which asks its database 100–400 and calls payment 500–900. */
const checkout = server(
  'gateway',
  'POST /checkout',
  0,
  1000,
  {},
  client(
    'gateway',
    'POST',
    10,
    990,
    { peer: 'orders' },
    server(
      'orders',
      'POST /orders',
      12,
      988,
      {},
      client('orders', 'SELECT carts', 100, 400, { peer: 'postgresql' }),
      client('orders', 'POST', 500, 900, { peer: 'payment' }),
    ),
  ),
);

function guessOf(...spans: readonly TestSpan[]): string[] {
  const tree = buildSpanTree(traceOf(checkout, ...spans));
  const { columns } = tree;
  const text = (numbers: Int32Array, span: number): string =>
    columns.strings[numbers[span] ?? 0] ?? '';
  return Array.from(
    guessParents(tree, rootOf(tree)),
    ([span, guess]) =>
      `${text(columns.names, span)} under ${text(columns.services, guess)} ${text(columns.names, guess)}`,
  );
}

describe('a span whose parent did not arrive stands under', () => {
  it.each<[name: string, spans: readonly TestSpan[], expected: readonly string[]]>([
    [
      'the call that nobody answered and that names its service',
      [server('payment', 'POST /charges', 510, 890, lost)],
      ['POST /charges under orders POST'],
    ],
    [
      'the innermost span of its own service, where no call names it',
      [internal('orders', 'check', 150, 300, lost)],
      ['check under orders SELECT carts'],
    ],
    [
      'the innermost span that was running, where none is of its service',
      [internal('stock', 'reserve', 410, 480, lost)],
      ['reserve under orders POST /orders'],
    ],
    [
      'the root, where no span lasted as long',
      [server('mailer', 'POST /send', 900, 1400, lost)],
      ['POST /send under gateway POST /checkout'],
    ],
    [
      'a span that hangs on the root, not on another one that is lost',
      [
        internal('stock', 'outer', 405, 485, lost),
        internal('stock', 'inner', 410, 480, { parentId: 'eeeeeeeeeeeeeeee' }),
      ],
      ['outer under orders POST /orders', 'inner under orders POST /orders'],
    ],
    ['nothing, where it has no parent by its own word', [server('x', 'GET /', 20, 30)], []],
  ])('%s', (_name, spans, expected) => {
    expect(guessOf(...spans)).toEqual(expected);
  });

  it('the root, when there are too many to look at all', () => {
    const many = Array.from({ length: 6_000 }, (_, i) => internal('orders', `s${i}`, 110, 120, {}));
    const orphans = Array.from({ length: 6_000 }, (_, i) =>
      internal('orders', `o${i}`, 150, 160, lost),
    );
    const root = server('gateway', 'POST /checkout', 0, 1000, {}, ...many);
    const tree = buildSpanTree(traceOf(root, ...orphans));
    const from = performance.now();
    const guesses = guessParents(tree, rootOf(tree));
    expect(guesses.size).toBe(6_000);
    expect(performance.now() - from).toBeLessThan(5_000);
  });

  it('nothing, where the root itself is the one whose parent is missing', () => {
    const tree = buildSpanTree(traceOf({ ...checkout, ...lost }));
    expect(guessParents(tree, rootOf(tree)).size).toBe(0);
  });
});
