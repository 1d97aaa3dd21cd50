// What every storage engine must do, whatever it is made of. Each engine's `.store.test.ts` runs it:
//
//   describeEngine('embedded', async () => openTestStore({ empty: true }));
//
// It asserts rows, and that the SQL given is the SQL that runs.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryStatistics } from '../contract.ts';
import type { TestStore } from './test-store.ts';

/** What a subject of the suite offers: an engine without tables, and rows of a SELECT. */
export type SuiteStore = Pick<TestStore, 'engine' | 'directory' | 'rows' | 'value' | 'close'>;

const NUMBERS = 1_000_000;
/** Runs for minutes unless something stops it; reads nothing from disk. */
const ENDLESS = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';

/** vitest.config.ts gives each test 60 s: what should be quick is held to less. */
const QUICK_MS = 3_000;

export function describeEngine(name: string, open: () => Promise<SuiteStore>): void {
  describe(`engine ${name}`, () => {
    let store: SuiteStore;
    beforeAll(async () => {
      store = await open();
      await store.engine.execute(
        'CREATE TABLE numbers_table (N UInt64, T String) ENGINE = MergeTree ORDER BY N ' +
          'SETTINGS non_replicated_deduplication_window = 100',
      );
      await store.engine.execute(
        `INSERT INTO numbers_table SELECT number, toString(number) FROM numbers(${NUMBERS})`,
      );
    });
    afterAll(async () => store.close());
    const current = (): SuiteStore => store;
    describeQueries(current);
    describeStops(current);
    describeErrors(current);
    describeInserts(current);
  });
}

function describeQueries(store: () => SuiteStore): void {
  it('says its state and version, and answers a ping', async () => {
    const { engine } = store();
    const { state } = engine;
    expect(state.kind).toBe('ready');
    expect(state.kind === 'ready' && state.version).toMatch(/^\d+\.\d+/);
    await expect(engine.ping()).resolves.toBeUndefined();
  });

  it.each<[format: 'RowBinary' | 'Native' | 'JSONCompactEachRow' | 'JSONEachRow', hex: string]>([
    ['RowBinary', '0700000000000000' + '0161'],
    [
      'Native',
      '0201' + '014e' + '0655496e743634' + '0700000000000000' + '0154' + '06537472696e67' + '0161',
    ],
    ['JSONCompactEachRow', Buffer.from('["7", "a"]\n').toString('hex')],
    ['JSONEachRow', Buffer.from('{"N":"7","T":"a"}\n').toString('hex')],
  ])('%s', async (format, hex) => {
    const sql = "SELECT toUInt64(7) AS N, 'a' AS T";
    const bytes = await collect(store().engine.query(sql, { format }));
    expect(bytes.toString('hex')).toBe(hex);
  });

  it('streams a large result whole and in order', async () => {
    const sql = 'SELECT N FROM numbers_table ORDER BY N';
    let next = 0n;
    let rest = Buffer.alloc(0);
    for await (const chunk of store().engine.query(sql, { format: 'RowBinary' })) {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % 8);
      for (let at = 0; at < whole; at += 8) {
        if (bytes.readBigUInt64LE(at) !== next) throw new Error(`row ${next} is missing`);
        next++;
      }
      rest = bytes.subarray(whole);
    }
    expect(Number(next)).toBe(NUMBERS);
  });

  it('gives nothing for no rows', async () => {
    expect(await store().rows('SELECT N FROM numbers_table WHERE N < 0')).toEqual([]);
  });

  // Quicker ones are not counted: asking would cost more than they do.
  it('says what a query of more than 20 ms has read', async () => {
    const read = async (where: string, whole = false): Promise<QueryStatistics | undefined> => {
      let statistics: QueryStatistics | undefined;
      const onStatistics = (seen: QueryStatistics): void => {
        statistics = seen;
      };
      const slowly = `SELECT count() FROM numbers_table WHERE ${where} AND sleep(0.1) = 0`;
      await store().rows(slowly, { onStatistics, whole });
      return statistics;
    };
    const all = await read("T != ''");
    expect(all?.rowsRead).toBe(NUMBERS);
    expect(all?.bytesRead).toBeGreaterThan(NUMBERS);
    expect(all?.elapsedMs).toBeGreaterThan(0);
    expect(await read("T != ''", true)).toMatchObject({ rowsRead: NUMBERS });
    const one = await read('N = 5');
    expect(one?.rowsRead).toBeGreaterThan(0);
    expect(one?.rowsRead).toBeLessThanOrEqual(8192 * 2);
  });

  it('answers many queries at once, each with its own rows', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const values = await Promise.all(
      numbers.map(async (n) => store().value(`SELECT T FROM numbers_table WHERE N = ${n}`)),
    );
    expect(values).toEqual(numbers.map(String));
  });

  it('answers others while the reader of a large result takes its time', async () => {
    const slow = store().engine.query('SELECT * FROM numbers(50000000)', { format: 'RowBinary' });
    const chunks = slow[Symbol.asyncIterator]();
    await chunks.next();
    const started = Date.now();
    expect(await store().value('SELECT 1')).toBe(1);
    expect(Date.now() - started).toBeLessThan(QUICK_MS);
    await chunks.return?.();
    expect(await store().value('SELECT 2')).toBe(2);
  });

  it('runs the SQL that it is given', async () => {
    const sql = "SELECT query FROM system.processes WHERE query LIKE '%processes%' -- as it is";
    expect(await store().rows(sql)).toEqual([[sql]]);
  });
}

function describeStops(store: () => SuiteStore): void {
  it('cancels a SELECT when its caller goes away', async () => {
    const abort = new AbortController();
    const started = Date.now();
    setTimeout(() => abort.abort(), 200);
    await expect(store().rows(ENDLESS, { signal: abort.signal })).rejects.toMatchObject({
      code: 'QUERY_CANCELLED',
    });
    expect(Date.now() - started).toBeLessThan(QUICK_MS);
    await nothingRuns(store());
  });

  it('cancels a SELECT whose result is not read to its end', async () => {
    const chunks = store().engine.query('SELECT * FROM numbers(100000000000)', {
      format: 'RowBinary',
    });
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      break;
    }
    expect(bytes).toBeGreaterThan(0);
    await nothingRuns(store());
  });

  it('cancels a statement', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const running = store().engine.execute(`INSERT INTO numbers_table (N) ${ENDLESS}`, {
      signal: abort.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await nothingRuns(store());
  });

  it('does not start what was cancelled before', async () => {
    const query = store().rows('SELECT 1', { signal: AbortSignal.abort() });
    await expect(query).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
  });

  it('cancels what waits for its turn', async () => {
    const abort = new AbortController();
    const queries = Array.from({ length: 20 }, async () =>
      store().rows(ENDLESS, { signal: abort.signal }),
    );
    setTimeout(() => abort.abort(), 300);
    const outcomes = await Promise.allSettled(queries);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await nothingRuns(store());
    expect(await store().value('SELECT 3')).toBe(3);
  });

  it('stops a SELECT and a statement at their time limits', async () => {
    const started = Date.now();
    await expect(store().rows(ENDLESS, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
    });
    const insert = `INSERT INTO numbers_table (N) ${ENDLESS}`;
    await expect(store().engine.execute(insert, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
    });
    expect(Date.now() - started).toBeLessThan(QUICK_MS);
    await nothingRuns(store());
  });
}

function describeErrors(store: () => SuiteStore): void {
  it.each<[name: string, sql: string, code: string]>([
    ['what is not SQL', 'SELECT FROM WHERE', 'SQL_SYNTAX'],
    ['a table that is not there', 'SELECT * FROM nowhere', 'SQL_REJECTED'],
    ['a bad regular expression', "SELECT match(T, '(') FROM numbers_table", 'SQL_REGEXP'],
    [
      'an error after the first rows',
      'SELECT throwIf(N = 900000) FROM numbers_table',
      'SQL_REJECTED',
    ],
    [
      'more memory than there is',
      'SELECT groupArray(number) FROM numbers(2000000000)',
      'ENGINE_MEMORY_LIMIT',
    ],
  ])('%s', async (_name, sql, code) => {
    await expect(store().rows(sql)).rejects.toMatchObject({ name: 'AppError', code });
    expect(await store().value('SELECT 4')).toBe(4);
  });

  it('a statement that fails', async () => {
    await expect(store().engine.execute('DROP TABLE nowhere')).rejects.toMatchObject({
      code: 'SQL_REJECTED',
      message: expect.stringContaining('nowhere'),
    });
  });
}

function describeInserts(store: () => SuiteStore): void {
  const blockFile = async (name: string, sql: string): Promise<string> => {
    const path = join(store().directory, name);
    await store().engine.execute(`INSERT INTO FUNCTION file('${path}', 'Native') ${sql}`);
    return path;
  };

  it('inserts a block file once, however often it is sent', async () => {
    const { engine, rows } = store();
    await engine.execute('CREATE TABLE once AS numbers_table');
    const path = await blockFile(
      'once.native',
      "SELECT number AS N, 'x' AS T FROM numbers(200000)",
    );
    const block = { table: 'once', path, columns: ['N', 'T'], token: 'log-0-100' };
    for (let turn = 0; turn < 3; turn++) await engine.insertBlock(block);
    expect(await rows('SELECT count(), uniqExact(N) FROM once')).toEqual([['200000', '200000']]);
    await engine.insertBlock({ ...block, token: 'log-100-200' });
    expect(await rows('SELECT count() FROM once')).toEqual([['400000']]);
  });

  it('inserts a SELECT over the file once, under the same token in another table', async () => {
    const { engine, rows } = store();
    await engine.execute(
      'CREATE TABLE side (K UInt64, Count UInt64) ENGINE = SummingMergeTree ORDER BY K ' +
        'SETTINGS non_replicated_deduplication_window = 100',
    );
    const path = await blockFile('side.native', 'SELECT number AS N FROM numbers(300000)');
    const select = 'SELECT N % 100000 AS K, count() AS Count FROM input GROUP BY K';
    const block = { table: 'side', path, columns: ['K', 'Count'], token: 'log-0-100', select };
    for (let turn = 0; turn < 3; turn++) await engine.insertBlock(block);
    expect(await rows('SELECT sum(Count), uniqExact(K) FROM side')).toEqual([['300000', '100000']]);
  });

  it('fills columns that the file does not have', async () => {
    const { engine, rows } = store();
    await engine.execute(
      "CREATE TABLE filled (N UInt64, D String DEFAULT concat('d', toString(N))) ENGINE = MergeTree ORDER BY N",
    );
    const path = await blockFile('filled.native', 'SELECT toUInt64(5) AS N');
    await engine.insertBlock({ table: 'filled', path, columns: ['N'], token: 't' });
    expect(await rows('SELECT N, D FROM filled')).toEqual([['5', 'd5']]);
  });

  it('refuses a file that is cut off or missing, and inserts nothing of it', async () => {
    const { engine, rows } = store();
    await engine.execute('CREATE TABLE damaged AS numbers_table');
    const whole = await blockFile(
      'whole.native',
      "SELECT number AS N, 'x' AS T FROM numbers(1000)",
    );
    const cut = join(store().directory, 'cut.native');
    await writeFile(cut, (await readFile(whole)).subarray(0, 5000));
    for (const path of [cut, join(store().directory, 'missing.native')]) {
      const block = { table: 'damaged', path, columns: ['N', 'T'], token: 't' };
      await expect(engine.insertBlock(block)).rejects.toMatchObject({ code: 'BLOCK_DAMAGED' });
    }
    expect(await rows('SELECT count() FROM damaged')).toEqual([['0']]);
  });
}

async function nothingRuns(store: SuiteStore): Promise<void> {
  const sql =
    "SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%' AND query NOT LIKE 'KILL%'";
  const until = Date.now() + QUICK_MS;
  let running = await store.rows(sql);
  while (running.length > 0 && Date.now() < until) running = await store.rows(sql);
  expect(running).toEqual([]);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}
