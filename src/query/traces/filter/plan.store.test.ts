// Whatever a filter says, the engine takes its SQL, for each thing that is searched; and `not` is never neither.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../base/app-error.ts';
import { unixNano } from '../../../base/time.ts';
import { and, not, sql } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { openTestStore, type TestStore } from '../../../store/suite/test-store.ts';
import { u64Number } from '../../core/codecs.ts';
import { fetchOne, QueryScope } from '../../core/run.ts';
import { computed, typedSelect } from '../../core/select.ts';
import { seedSpans, spanHex, traceHex } from '../../core/suite/seed.ts';
import { countTraces } from '../search/list.ts';
import { traceCondition } from '../search/search.ts';
import { fieldsOf, type Searched } from './fields.ts';
import { rowsCondition } from './plan-rows.ts';
import { prepareFilter } from './prepare.ts';

let store: TestStore;
const SPANS = 20;

beforeAll(async () => {
  store = await openTestStore();
  await seedSpans(
    store.engine,
    Array.from({ length: SPANS }, (_, i) => ({
      trace: traceHex(i >> 1),
      id: spanHex(i + 1),
      service: `s${i % 3}`,
      name: 'x',
      start: 10n,
      duration: i * 1000,
      attributes: i % 2 === 0 ? { a: i, b: "it's", c: { d: i / 2 } } : {},
    })),
  );
});

afterAll(async () => await store.close());

const values = [
  '1',
  '"1"',
  '10ms',
  'true',
  '"it\'s"',
  '"\\\\"',
  '"%_"',
  'error',
  '"[a-z]+"',
  '-1e300',
  '1e19',
  traceHex(1),
  spanHex(1),
];
const operators = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', '~', 'contains'];

const filterOf = (searched: Searched): fc.Arbitrary<string> => {
  const key = fc.constantFrom(
    ...fieldsOf(searched).map((field) => field.key),
    'a',
    'b',
    'c',
    '"odd \' key"',
    'span.a',
    'resource.a',
    'event.a',
    'link.a',
    'scope.a',
    'log.a',
  );
  const comparison = fc
    .tuple(key, fc.constantFrom(...operators), fc.constantFrom(...values))
    .map((parts) => parts.join(' '));
  const term = fc.oneof(
    comparison,
    key.map((name) => `${name} exists`),
    fc.constant('"text"'),
  );
  const negated = fc.tuple(fc.constantFrom('', 'not '), term).map((parts) => parts.join(''));
  return fc
    .array(fc.tuple(fc.constantFrom(' and ', ' or '), negated), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map(([joint, text], i) => (i === 0 ? text : joint + text)).join(''))
    .map((text) => (text.length % 2 === 0 ? text : `not (${text})`));
};

const TABLES = { spans: 'spans', logs: 'logs', metrics: 'metric_series' } as const;

describe('plans', () => {
  it.each(['spans', 'logs', 'metrics'] as const)(
    'of %s run, and split the rows in two',
    async (searched) => {
      const count = async (source: string, isNegated: boolean): Promise<number> => {
        const scope = new QueryScope(store.engine);
        const filter = await prepareFilter(scope, source, searched);
        const condition = rowsCondition(filter.checked, filter.onResources);
        const row = await fetchOne(
          scope,
          typedSelect(
            { Rows: computed(u64Number, sql`count()`) },
            { from: table(TABLES[searched]), where: isNegated ? not(condition) : and(condition) },
          ),
        );
        return row?.Rows ?? -1;
      };
      await fc.assert(
        fc.asyncProperty(filterOf(searched), async (source) => {
          const [yes, no] = await Promise.all([count(source, false), count(source, true)]).catch(
            refused,
          );
          expect(yes + no).toBe(searched === 'spans' ? SPANS : 0);
        }),
        { numRuns: 30 },
      );
    },
  );

  it('of traces run', async () => {
    const range = { from: unixNano(0n), to: unixNano(1_000_000n) };
    await fc.assert(
      fc.asyncProperty(filterOf('traces'), async (source) => {
        const scope = new QueryScope(store.engine);
        const found = await prepareFilter(scope, source, 'traces')
          .then((filter) =>
            countTraces(scope, range, traceCondition(filter, range, undefined), {
              nowMs: 1000,
              lagMs: 0,
              openSinceBlock: 0,
            }),
          )
          .catch((error: unknown) => refused(error)[0]);
        expect(found).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });
});

/** A filter may be refused by name; anything else is our fault. Then nothing is left to check. */
function refused(error: unknown): [number, number] {
  if (!(error instanceof AppError) || !error.code.startsWith('FILTER_')) throw error;
  fc.pre(false);
  return [0, 0];
}
