// --max-disk: whole slices go, oldest first, told and counted; whatever is sent, the directory never grows beyond it, and
// senders hear why they have to wait.

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { SpansAnswer } from '../../src/api/contract/traces.ts';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import { usageOf } from '../../src/store/data-directory/usage.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { openStored } from '../support/stored.ts';

const MIB = 1 << 20;
const HOUR_SECONDS = 3600;

let server: TestServer | undefined;
let data = '';
afterEach(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

const status = (): Promise<StatusAnswer> => (server as TestServer).api<StatusAnswer>('/status');

/** Random text, so that it takes on the disk what it says. */
async function insertOldSpans(slice: number, count: number): Promise<void> {
  const stored = await openStored(data);
  await stored.execute(
    `INSERT INTO spans (Slice, ReceivedAt, StartTime, TraceId, SpanId, Name, Service, StatusMessage)
     SELECT ${slice}, fromUnixTimestamp64Milli(toInt64(${slice}000)), ${slice}000000000 + number,
       randomFixedString(16), randomFixedString(8), 'old', 'ancient', randomString(1024)
     FROM numbers(${count})`,
  );
  await stored.close();
}

it('drops the oldest slices, keeps the rest, says so and counts them', async () => {
  data = temporaryFolder();
  server = await startServer({ data });
  await server.stop();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const hour = nowSeconds - (nowSeconds % HOUR_SECONDS);
  const rows = 16_384; // 16 MiB each
  const slices = [5, 4, 3, 2].map((hours) => hour - hours * HOUR_SECONDS);
  for (const slice of slices) await insertOldSpans(slice, rows);

  // Three quarters of the cap hold two of the four.
  server = await startServer({ data, args: ['--max-disk=60MiB'] });
  const { disk } = await eventually(status, ({ disk }) => disk.removed.size.slices > 0);
  expect(disk.removed).toMatchObject({ size: { slices: 2, rows: 2 * rows }, age: { slices: 0 } });
  expect(disk.removed.size.bytes).toBeGreaterThan(30 * MIB);
  expect(disk.limitBytes).toBe(60 * MIB);
  expect(disk.oldest).toBe(`${slices[2]}000000000`);
  expect(server.output().match(/removed a slice.*over --max-disk/g)).toHaveLength(2);
  const gone = await server.api<SpansAnswer>(
    `/spans?from=${slices[0]}000000000&to=${slices[1]}000000000`,
  );
  expect(gone.meta.empty).toMatchObject({ kind: 'not-kept' });
  await server.stop();
  const stored = await openStored(data);
  const kept = await stored.rows(
    'SELECT toUnixTimestamp(Slice), count() FROM spans GROUP BY Slice ORDER BY Slice',
  );
  await stored.close();
  expect(kept).toEqual([
    [slices[2], String(rows)],
    [slices[3], String(rows)],
  ]);
});

const CAP_BYTES = 96 * MIB;
const REQUEST_BYTES = 1 * MIB;

it('never grows beyond the cap; senders are told to wait, and why', async () => {
  data = temporaryFolder();
  server = await startServer({ data, args: [`--max-disk=${CAP_BYTES}`] });
  let acknowledged = 0;
  let refusal = '';
  let highest = 0;
  const until = performance.now() + (FULL_FAULTS ? 240_000 : 40_000);
  const isEnough = (): boolean => refusal !== '' && acknowledged * REQUEST_BYTES > CAP_BYTES / 3;
  const goesOn = (): boolean => performance.now() < until && (FULL_FAULTS || !isEnough());
  const watch = (async () => {
    while (goesOn()) {
      highest = Math.max(highest, (await usageOf(data)).total);
      await sleep(100);
    }
  })();
  while (goesOn()) {
    const answer = await sendLargeRecord(server.otlpUrl);
    if (answer.status === 200) acknowledged += 1;
    // The log's own limit may come first, when storing is a little behind.
    else if (answer.text.includes('allowed')) refusal ||= `${answer.status} ${answer.text}`;
    await sleep(answer.status === 200 ? 0 : 200);
  }
  await watch;
  expect(refusal).toMatch(/^503 .*takes \d+ MiB of 96 MiB allowed/);
  expect(highest).toBeLessThan(CAP_BYTES);
  expect(acknowledged * REQUEST_BYTES).toBeGreaterThan(CAP_BYTES / 3);
  const { disk, lost } = await status();
  expect(lost).toBe(0);
  expect(disk.usedBytes).toBeLessThan(CAP_BYTES);
  if (!FULL_FAULTS) return;
  // Slices of a minute were dropped, and room came back by itself.
  expect(disk.removed.size.slices).toBeGreaterThan(0);
  expect(acknowledged * REQUEST_BYTES).toBeGreaterThan(CAP_BYTES * 1.5);
});

async function sendLargeRecord(url: string): Promise<{ status: number; text: string }> {
  const body = { stringValue: randomBytes((REQUEST_BYTES * 3) / 4).toString('base64') };
  const response = await fetch(`${url}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] }),
  });
  return { status: response.status, text: await response.text() };
}
