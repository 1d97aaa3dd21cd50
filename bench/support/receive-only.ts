// A process that receives and logs, and nothing else: what an acknowledged request costs. Prints its port, ends with
// its parent.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tuneGarbageCollection } from '../../src/app/tune-gc.ts';
import { startOtlpReceiver } from '../../src/components/receivers/otlp/receiver.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';

tuneGarbageCollection();
const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
const log = await openSegmentLog({ folder });
const reader = log.reader('nobody');
const stop = new AbortController();
const receiver = await startOtlpReceiver(
  { protocols: { http: { endpoint: '127.0.0.1:0' } } },
  { id: 'otlp', log, logger: silentLogger },
);
process.stdout.write(`${receiver.http?.port ?? 0}\n`);
process.stdin.resume();
process.stdin.once('end', () => stop.abort());

let committedAt = performance.now();
for await (const record of reader.read({ signal: stop.signal })) {
  if (performance.now() - committedAt < 500) continue;
  committedAt = performance.now();
  await reader.commit(record.next);
}
await receiver.stop(0);
await log.close();
rmSync(folder, { recursive: true, force: true });
