// A client that goes away stops its query in the engine.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../base/app-error.ts';
import type { Engine } from '../../store/contract.ts';
import { NOW_MS } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

const SLOW = 'SELECT sum(cityHash64(number, number + 1, number + 2)) FROM numbers(100000000000)';
let api: TestApi;
const begun: Array<PromiseWithResolvers<void>> = [];
const ended: Array<Promise<unknown>> = [];

/** The real engine, but every query is one that takes minutes. */
const slowed = (engine: Engine): Engine => ({
  execute: async (sql, options) => await engine.execute(sql, options),
  insertBlock: async (insert) => await engine.insertBlock(insert),
  ping: async () => await engine.ping(),
  close: async () => await engine.close(),
  get state() {
    return engine.state;
  },
  async *query(_sql, options) {
    const end = Promise.withResolvers<unknown>();
    ended.push(end.promise);
    begun.at(-1)?.resolve();
    try {
      yield* engine.query(SLOW, options);
      end.resolve('finished');
    } catch (error) {
      end.resolve(error);
      throw error;
    }
  },
});

beforeAll(async () => {
  api = await openTestApi({ now: () => NOW_MS, wrap: slowed });
});

afterAll(async () => await api.close());

it.each([
  '/traces',
  '/services',
  '/logs/histogram',
  '/metrics',
  '/trace/00000000000000000000000000000001',
])('%s', async (path) => {
  const begin = Promise.withResolvers<void>();
  begun.push(begin);
  const gone = new AbortController();
  const answer = fetch(`${api.base}${path}`, { signal: gone.signal });
  await begin.promise;
  gone.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  const errors = await Promise.all(ended);
  expect(
    errors.every((error) => error instanceof AppError && error.code === 'QUERY_CANCELLED'),
  ).toBe(true);
  await api.store.engine.ping();
});
