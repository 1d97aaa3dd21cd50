// The quoter against the real parser: whatever goes in comes out, byte for byte.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../store/suite/test-store.ts';
import {
  array,
  bytes,
  call,
  column,
  fixed,
  float,
  integer,
  text,
  type Expression,
} from './expression.ts';
import { quoteIdentifier } from './literal.ts';
import { printExpression, printSelect } from './print.ts';
import { named, select } from './select.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore({ empty: true });
});
afterAll(async () => store.close());

/** Many values in one query: a round trip costs 2 ms, fast-check wants thousands. */
const VALUES_A_QUERY = 50;
const QUERIES = 20;

const manyOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: VALUES_A_QUERY, maxLength: VALUES_A_QUERY });

async function evaluate(expressions: readonly Expression[]): Promise<unknown> {
  return store.value(printSelect(select({ columns: [array(...expressions)] })));
}

const hostile = fc.string({
  unit: fc.constantFrom(
    "'",
    '\\',
    '\0',
    '\n',
    '\n\n',
    '`',
    '"',
    '{',
    '}',
    '$',
    ';',
    '--',
    '/*',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ud800',
    '\udc00',
    '💥',
    'x',
    '0',
  ),
});

it.each<[name: string, strings: fc.Arbitrary<string>]>([
  ['any text', fc.string({ unit: 'binary' })],
  [
    'any UTF-16, lone surrogates included',
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  ],
  ['what quoting could trip over', hostile],
])('%s', async (_name, strings) => {
  await fc.assert(
    fc.asyncProperty(manyOf(strings), async (values) => {
      const hex = await evaluate(values.map((value) => call('hex', text(value))));
      expect(hex).toEqual(values.map((value) => Buffer.from(value).toString('hex').toUpperCase()));
    }),
    { numRuns: QUERIES },
  );
});

it('any bytes, as String and as FixedString', async () => {
  await fc.assert(
    fc.asyncProperty(manyOf(fc.uint8Array({ minLength: 1, maxLength: 40 })), async (values) => {
      const expected = values.map((value) => Buffer.from(value).toString('hex').toUpperCase());
      expect(await evaluate(values.map((value) => call('hex', bytes(value))))).toEqual(expected);
      expect(await evaluate(values.map((value) => call('hex', fixed(value))))).toEqual(expected);
    }),
    { numRuns: QUERIES },
  );
});

it('every 64-bit integer', async () => {
  await fc.assert(
    fc.asyncProperty(
      manyOf(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })),
      async (values) => {
        const printed = await evaluate(values.map((value) => call('toString', integer(value))));
        expect(printed).toEqual(values.map(String));
      },
    ),
    { numRuns: QUERIES },
  );
});

it('every double, to the bit', async () => {
  const bits = (value: number): string => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString();
  };
  const doubles = fc.oneof(
    fc.double(),
    fc.integer().map(Number),
    fc.constantFrom(
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
      Number.MIN_VALUE,
      Number.MAX_VALUE,
      2 ** 53,
      1e21,
      1e-7,
    ),
  );
  await fc.assert(
    fc.asyncProperty(manyOf(doubles), async (values) => {
      const finite = values.filter((value) => !Number.isNaN(value));
      const read = await evaluate(
        finite.map((value) => call('toString', call('reinterpretAsUInt64', float(value)))),
      );
      expect(read).toEqual(finite.map(bits));
    }),
    { numRuns: QUERIES },
  );
  expect(await store.value(`SELECT isNaN(${printExpression(float(Number.NaN))})`)).toBe(1);
});

it('any name of a column', async () => {
  const names = fc.oneof(hostile, fc.string({ unit: 'binary' })).filter((name) => name !== '');
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      const inner = select({ columns: [named(integer(7), name)] });
      const outer = select({ columns: [column(name)], from: { kind: 'derived', select: inner } });
      expect(await store.value(printSelect(outer))).toBe(7);
      expect(quoteIdentifier(name).startsWith('`')).toBe(true);
    }),
    { numRuns: 200 },
  );
});
