// Nothing lost and nothing twice, in rows and in side tables, wherever the way from the log to the engine breaks off.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../base/app-error.ts';
import type { Engine } from '../contract.ts';
import type { RunningStoreWriter } from './store-writer.ts';
import { ensureWasm } from '../../otlp/suite/ensure-wasm.ts';
import { openWriterBench, type WriterBench } from './suite/writer-bench.ts';

const NOW_MS = 1_790_000_000_000;
const NOW_NANOS = BigInt(NOW_MS) * 1_000_000n;
const SPANS = 50;

let bench: WriterBench;
let writer: RunningStoreWriter | undefined;
/** Each test has a service of its own. */
let service = '';
let tests = 0;

beforeAll(async () => {
  ensureWasm();
  bench = await openWriterBench();
}, 60_000);
afterEach(async () => {
  await writer?.stop(5000);
  writer = undefined;
});
afterAll(() => bench.close());

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

async function appendSpans(requests: number): Promise<void> {
  for (let request = 0; request < requests; request++) {
    const spans = Array.from({ length: SPANS }, (_, i) => ({
      traceId: (request * SPANS + i + 1).toString(16).padStart(32, '0'),
      spanId: (i + 1).toString(16).padStart(16, '0'),
      name: 'work',
      kind: 3,
      startTimeUnixNano: NOW_NANOS,
      endTimeUnixNano: NOW_NANOS + 1n,
      attributes: [text('server.address', `${service}.peer`), text(`key of ${service}`, 'v')],
    }));
    const resource = { attributes: [text('service.name', service)] };
    await bench.append(
      'traces',
      { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] },
      NOW_MS,
    );
  }
}

function begin(): void {
  service = `service-${++tests}`;
}

/** What is stored of the test's service, and what is left in the folder. */
async function stored() {
  const of = async (sql: string): Promise<string> => String(await bench.store.value(sql));
  const mine = `Service = '${service}'`;
  const key = `Key = 'key of ${service}'`;
  const numbersOfNames = 'SELECT Name FROM services GROUP BY Name HAVING uniqExact(Number) > 1';
  return {
    spans: await of(`SELECT count() FROM spans WHERE ${mine}`),
    keys: await of(`SELECT sum(Count) FROM attribute_keys WHERE ${key}`),
    values: await of(`SELECT sum(Count) FROM attribute_values WHERE ${key}`),
    resources: await of(`SELECT uniqExact(Id) FROM resources WHERE ${mine}`),
    named: await of(`SELECT count() FROM services FINAL WHERE startsWith(Name, '${service}')`),
    numbersAreOwn: await of('SELECT count() = uniqExact(Number) FROM services FINAL'),
    renumbered: await of(`SELECT count() FROM (${numbersOfNames})`),
    files: await readdir(join(bench.directory, 'blocks')),
  };
}

/** What `stored` gives when the spans of so many requests are there, each once. */
const once = (requests: number) => ({
  spans: String(requests * SPANS),
  keys: String(requests * SPANS),
  values: String(requests * SPANS),
  resources: '1',
  named: '2', // the service and its peer
  numbersAreOwn: '1',
  renumbered: '0',
  files: ['writer-id'],
});

const down = (): AppError =>
  new AppError('ENGINE_RESTARTING', { message: 'The engine is away.', retryable: true });

/** The real engine, whose inserts fail as `fails` says. */
const failing = (fails: (table: string) => 'before' | 'after' | undefined): Engine => {
  const { engine } = bench.store;
  return {
    execute: (...args) => engine.execute(...args),
    query: (...args) => engine.query(...args),
    ping: () => engine.ping(),
    close: () => engine.close(),
    get state() {
      return engine.state;
    },
    insertBlock: async (insert) => {
      const failure = fails(insert.table);
      if (failure === 'before') throw down();
      await engine.insertBlock(insert);
      if (failure === 'after') throw down();
    },
  };
};

/** Cuts what is in the log while the engine takes nothing, and ends: what a kill leaves behind. */
async function leaveCuts(fails: (table: string) => 'before' | 'after' | undefined): Promise<void> {
  const dying = await bench.start({ engine: failing(fails) });
  const blocks = join(bench.directory, 'blocks');
  for (let names: string[] = []; !names.some((name) => name.endsWith('.cut'));) {
    names = await readdir(blocks);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await dying.stop(0);
}

const files = async (ending: string): Promise<string[]> => {
  const blocks = join(bench.directory, 'blocks');
  const names = await readdir(blocks);
  return names.filter((name) => name.endsWith(ending)).map((name) => join(blocks, name));
};

describe('a cut is stored exactly once', () => {
  it('when answers of the engine are lost and inserts are sent again', async () => {
    begin();
    const failed = new Set<string>();
    const firstAnswers = (table: string) => {
      if (failed.has(table)) return undefined;
      failed.add(table);
      return 'after' as const;
    };
    writer = await bench.start({ engine: failing(firstAnswers) });
    await appendSpans(4);
    await bench.settled();
    expect(await stored()).toEqual(once(4));
  });

  it('when the engine is away for a while', async () => {
    begin();
    let away = true;
    writer = await bench.start({ engine: failing(() => (away ? 'before' : undefined)) });
    await appendSpans(3);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await appendSpans(3);
    expect(writer.status().waiting?.code).toBe('ENGINE_RESTARTING');
    away = false;
    await bench.settled();
    expect(await stored()).toEqual(once(6));
    expect(writer.status().waiting).toBeUndefined();
  });

  it.each([
    ['before any insert', () => 'before' as const],
    [
      'between the tables',
      (table: string) => (table === 'spans' ? ('before' as const) : undefined),
    ],
    ['after an insert whose answer was lost', () => 'after' as const],
  ])('when the process dies %s', async (_when, fails) => {
    begin();
    await appendSpans(5);
    await leaveCuts(fails);
    await appendSpans(2);
    writer = await bench.start();
    await bench.settled();
    expect(await stored()).toEqual(once(7));
  });

  it('when the position could not be stored', async () => {
    begin();
    const reader = bench.log.reader('store');
    let commits = 0;
    const forgetful: typeof reader = {
      name: reader.name,
      get position() {
        return reader.position;
      },
      read: (options) => reader.read(options),
      commit: async (position) => {
        if (++commits === 1) throw new Error('the disk hiccups');
        await reader.commit(position);
      },
    };
    writer = await bench.start({ reader: forgetful });
    await appendSpans(3);
    await bench.settled();
    expect(await stored()).toEqual(once(3));
    expect(commits).toBeGreaterThan(1);
  });

  it.each(['.spans.native', '.attribute_keys.native', '.resources.native', '.cut'])(
    'when a file *%s is damaged on the disk',
    async (ending) => {
      begin();
      await appendSpans(5);
      await leaveCuts((table) => (table === 'spans' ? 'before' : undefined));
      for (const path of await files(ending)) {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x55;
        await writeFile(path, bytes);
      }
      writer = await bench.start();
      await bench.settled();
      expect(await stored()).toEqual(once(5));
    },
  );

  it('when files are cut short', async () => {
    begin();
    await appendSpans(5);
    await leaveCuts(() => 'before');
    for (const path of await files('.native')) {
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, bytes.length >> 1));
    }
    writer = await bench.start();
    await bench.settled();
    expect(await stored()).toEqual(once(5));
  });
});
