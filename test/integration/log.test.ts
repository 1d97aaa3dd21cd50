import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openSegmentLog } from '../../src/log/open.ts';
import { drain, entry, temporaryFolder, textOf, texts } from '../faults/log-fixture.ts';

it('gives back what was appended, field by field, from memory and from the file', async () => {
  const folder = await temporaryFolder();
  const sent = [
    entry(1, { size: 0, items: 0 }),
    entry(2, { signal: 'logs', receiver: 'otlp/second', peer: '::1', items: 7 }),
    entry(3, { headers: { 'x-tenant': 'café' }, size: 9000 }),
    entry(4, { signal: 'metrics', size: 2 * 1024 * 1024 }),
  ];
  const log = await openSegmentLog({ folder });
  const outcomes = await Promise.all(sent.map((one) => log.append(one)));
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(4).fill('stored'));
  const fromMemory = await drain(log);
  await log.close();

  const again = await openSegmentLog({ folder });
  const fromFile = await drain(again);
  await again.close();
  for (const records of [fromMemory, fromFile]) {
    expect(
      records.map(({ position: _p, next: _n, bytes, ...rest }) => ({
        ...rest,
        bytes: Buffer.from(bytes),
      })),
    ).toEqual(sent.map((one) => ({ ...one, bytes: Buffer.from(one.bytes) })));
  }
  expect(fromFile.map(({ position, next }) => [position, next])).toEqual(
    fromMemory.map(({ position, next }) => [position, next]),
  );
});

it('hands new records to waiting readers, each from its own position', async () => {
  const log = await openSegmentLog({ folder: await temporaryFolder() });
  const stop = new AbortController();
  const collect = async (name: string, count: number): Promise<string[]> => {
    const got: string[] = [];
    for await (const record of log.reader(name).read({ signal: stop.signal })) {
      got.push(Buffer.from(record.bytes).toString());
      if (got.length === count) break;
    }
    return got;
  };
  await log.append(entry(0));
  const both = Promise.all([collect('a', 20), collect('b', 20)]);
  for (let number = 1; number < 20; number++) await log.append(entry(number));
  const expected = Array.from({ length: 20 }, (_, number) => textOf(number));
  expect(await both).toEqual([expected, expected]);
  const waiting = collect('a', 99);
  stop.abort();
  await waiting;
  await log.close();
});

it('takes equal entries as new ones where repeats are not recognised', async () => {
  const folder = await temporaryFolder();
  const log = await openSegmentLog({ folder, recognisesRepeats: false });
  const outcomes = [await log.append(entry(1)), await log.append(entry(1))];
  expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored']);
  expect(texts(await drain(log))).toEqual([textOf(1), textOf(1)]);
  await log.close();
});

it('begins a new reader at the head where asked, after a crash too', async () => {
  const folder = await temporaryFolder();
  const log = await openSegmentLog({ folder });
  await log.append(entry(1));
  const reader = log.reader('late', { begin: 'head' });
  await log.storePositions();
  await log.append(entry(2));
  const begin = reader.position;
  // Not closed, as in a crash.
  const again = await openSegmentLog({ folder });
  expect(again.reader('late', { begin: 'head' }).position).toBe(begin);
  expect(texts(await drain(again, 'late'))).toEqual([textOf(2)]);
  await again.close();
  await log.close();
});

it('stores positions, goes on from them, and deletes segments that all readers have passed', async () => {
  const folder = await temporaryFolder();
  const options = { folder, segmentBytes: 4096 };
  const log = await openSegmentLog(options);
  const [fast, slow] = [log.reader('fast'), log.reader('slow')];
  for (let number = 0; number < 100; number++) await log.append(entry(number, { size: 200 }));
  const segments = async (): Promise<number> =>
    (await readdir(folder)).filter((name) => name.endsWith('.log')).length;
  const all = await segments();
  expect(all).toBeGreaterThan(5);
  await fast.commit(log.status().head);
  expect(await segments()).toBe(all);
  const records = await drain(log, 'slow');
  const half = records[50]?.position ?? 0;
  await slow.commit(half);
  expect(await segments()).toBeLessThan(all);
  expect(slow.position).toBe(half);
  await log.close();

  const again = await openSegmentLog(options);
  expect(texts(await drain(again, 'slow'))).toEqual(
    Array.from({ length: 50 }, (_, index) => textOf(50 + index, 200)),
  );
  expect(await drain(again, 'fast')).toEqual([]);
  await again.forgetReader('slow');
  await again.reader('fast').commit(again.status().head);
  expect(again.readerNames()).toEqual(['fast']);
  expect(await segments()).toBe(1);
  await again.close();
});

it('reads from the file what no longer fits into memory, while writing goes on', async () => {
  const log = await openSegmentLog({
    folder: await temporaryFolder(),
    memoryBytes: 10_000,
    segmentBytes: 50_000,
  });
  const count = 400;
  for (let number = 0; number < count / 2; number++) await log.append(entry(number, { size: 700 }));
  const stop = new AbortController();
  const got: string[] = [];
  const reading = (async () => {
    for await (const record of log.reader('late').read({ signal: stop.signal })) {
      got.push(Buffer.from(record.bytes).toString());
      if (got.length === count) return;
    }
  })();
  for (let number = count / 2; number < count; number++) {
    await log.append(entry(number, { size: 700 }));
  }
  await reading;
  expect(got).toEqual(Array.from({ length: count }, (_, number) => textOf(number, 700)));
  await log.close();
});

it.each(['interval', 'always', 'off'] as const)(
  'recognises repeated requests, also after a restart: %s',
  async (fsync) => {
    const folder = await temporaryFolder();
    let nowMs = 1_700_000_000_000;
    const options = { folder, fsync, now: () => nowMs, segmentBytes: 2000, limitBytes: 100_000 };
    const at = (number: number) => ({ ...entry(number, { size: 300 }), receivedAtMs: nowMs });
    let log = await openSegmentLog(options);
    const reader = log.reader('store');
    const first = await Promise.all([log.append(at(1)), log.append(at(1))]);
    expect(first.map((outcome) => outcome.kind)).toEqual(['stored', 'repeated']);
    for (let number = 2; number < 30; number++) await log.append(at(number));
    await reader.commit(log.status().head); // most segments are gone now
    await log.close();

    log = await openSegmentLog(options);
    const kinds = async (...entries: ReturnType<typeof at>[]): Promise<string[]> =>
      (await Promise.all(entries.map((one) => log.append(one)))).map((outcome) => outcome.kind);
    expect(await kinds(at(1), at(15), at(29))).toEqual(['repeated', 'repeated', 'repeated']);
    expect(
      await kinds(
        { ...at(1), peer: '10.0.0.1' },
        { ...at(1), signal: 'logs' },
        { ...at(1), items: 0, bytes: Buffer.alloc(0) },
        { ...at(1), items: 0, bytes: Buffer.alloc(0) },
      ),
    ).toEqual(['stored', 'stored', 'stored', 'stored']);
    expect(log.status().repeatedRequests).toBe(3);
    nowMs += 5 * 60 * 1000 + 1;
    expect(await kinds(at(1))).toEqual(['stored']);
    await log.close();
  },
);

it('refuses when full, says when it will be, and goes on when readers have moved', async () => {
  const log = await openSegmentLog({ folder: await temporaryFolder(), limitBytes: 40_000 });
  const reader = log.reader('store');
  expect(log.status().secondsUntilFull).toBeUndefined();
  let number = 0;
  let outcome = await log.append(entry(number, { size: 1000 }));
  while (outcome.kind === 'stored') outcome = await log.append(entry(++number, { size: 1000 }));
  expect(outcome).toMatchObject({
    kind: 'full',
    reason: expect.stringContaining('waiting for store'),
  });
  expect(number).toBeGreaterThan(30);
  expect(log.status().bytes).toBeLessThanOrEqual(40_000);
  await reader.commit(log.status().head);
  expect(await log.append(entry(++number, { size: 1000 }))).toMatchObject({ kind: 'stored' });
  await log.close();
});

it('refuses when the slowest reader is too far behind in time', async () => {
  let nowMs = 1_700_000_000_000;
  const log = await openSegmentLog({
    folder: await temporaryFolder(),
    maxAgeMs: 60_000,
    now: () => nowMs,
  });
  log.reader('store');
  await log.append({ ...entry(1), receivedAtMs: nowMs });
  nowMs += 61_000;
  expect(log.status().readers).toMatchObject([{ name: 'store', oldestAgeMs: 61_000 }]);
  expect(await log.append(entry(2))).toMatchObject({ kind: 'full' });
  await log.close();
});

it('lets a reader of drop-oldest lose its oldest segment, counted', async () => {
  const log = await openSegmentLog({ folder: await temporaryFolder(), limitBytes: 40_000 });
  const reader = log.reader('exporter', { onFull: 'drop-oldest' });
  const appended: number[] = [];
  for (let number = 0; number < 200; number++) {
    const outcome = await log.append(entry(number, { size: 1000, items: 3 }));
    if (outcome.kind === 'stored') appended.push(number);
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const left = await drain(log, 'exporter');
  const [status] = log.status().readers;
  expect(status?.lostItems).toBeGreaterThan(0);
  expect((status?.lostItems ?? 0) / 3 + left.length).toBe(appended.length);
  expect(texts(left)).toEqual(appended.slice(-left.length).map((number) => textOf(number, 1000)));
  await reader.commit(log.status().head);
  await log.close();
});

it('ends its readers at the head when closed', async () => {
  const log = await openSegmentLog({ folder: await temporaryFolder() });
  const got: number[] = [];
  const reader = log.reader('store');
  const reading = (async () => {
    for await (const record of reader.read({ signal: new AbortController().signal })) {
      got.push(record.items);
      await reader.commit(record.next);
    }
  })();
  const stored = Promise.all([1, 2, 3].map((items) => log.append(entry(items, { items }))));
  await log.close();
  await stored;
  await reading;
  expect(got).toEqual([1, 2, 3]);
  await expect(log.append(entry(9))).rejects.toMatchObject({ code: 'LOG_CLOSED', retryable: true });
});
