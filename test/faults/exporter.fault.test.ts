// The other side of an exporter is down, slow, refusing; the configuration changes, the clock jumps, the disk of the log is
// full, all under load. What a sender was told is taken arrives, and a failing exporter costs no other one anything.

import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { NodeStatus } from '../../src/pipeline/status.ts';
import { startTestCollector, type TestCollector } from '../support/collector.ts';
import { until } from '../support/engine.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import type { Ports } from '../support/server.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { sourceCommand } from '../support/source-command.ts';
import { OtherSide } from './other-side.ts';

const MIB = 1 << 20;
const HOUR_MS = 3_600_000;
/** Requests of a phase: enough for queues to fill and reload to meet some under way. */
const PHASE_REQUESTS = FULL_FAULTS ? 600 : 30;
/** Of a phase on the small disk: some MiB. */
const DISK_REQUESTS = 30;
const DOWN_MS = FULL_FAULTS ? 60_000 : 0;
const WAIT_MS = FULL_FAULTS ? 300_000 : 60_000;

const cleanUps: Array<() => unknown> = [];
let side = new OtherSide();
let url = '';

beforeEach(async () => {
  side = new OtherSide();
  url = await side.listen();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await side.close();
});

const RETRY = '{initial_interval: 50ms, max_interval: 300ms, max_elapsed_time: 0}';

/** An exporter that posts to the other side under the name after the slash. */
const post = (name: string, more = ''): string =>
  `  otlp_http/${name}: {traces_endpoint: "${url}/${name}", compression: none, timeout: 400ms, ` +
  `retry_on_failure: ${RETRY}${more === '' ? '' : `, ${more}`}}\n`;

interface Parts {
  readonly exporters: string;
  readonly pipelines: string;
  readonly more?: string;
  readonly http?: string;
}

const yaml = ({ exporters, pipelines, more = '', http = '' }: Parts): string => `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "127.0.0.1:0"}
      http: {endpoint: "127.0.0.1:0"${http}}
exporters:
${exporters}${more}
service:
  pipelines:
${pipelines}`;

const portsOf = (collector: TestCollector): Ports => ({
  otlpGrpc: collector.port('otlp', 'grpc'),
  otlpHttp: collector.port('otlp', 'http'),
  http: 0,
  health: 0,
});

function startLoad(collector: TestCollector): Load {
  const load = new Load({ signals: ['traces'], pauseMs: 10 });
  load.start(portsOf(collector));
  return load;
}

/** Waits until so many more requests were answered. */
async function phase(load: Load, requests = PHASE_REQUESTS): Promise<void> {
  const { traces } = load.sent;
  const enough = traces.requests + requests;
  await until(() => traces.requests >= enough, WAIT_MS);
  expect(traces.requests).toBeGreaterThanOrEqual(enough);
}

/** @returns spans that were acknowledged. */
async function end(load: Load): Promise<number> {
  await load.stop();
  return load.sent.traces.items;
}

function nodeOf({ engine }: TestCollector, id: string): NodeStatus {
  const found = engine.status().nodes.find((node) => node.id === id);
  if (found === undefined) throw new Error(`${id} does not run`);
  return found;
}

it('down and up again: everything arrives, and the exporter beside it has it all at once', async () => {
  const exporters = post('up') + post('down') + post('alone');
  const collector = await startTestCollector(
    yaml({
      exporters,
      pipelines: `
    traces: {receivers: [otlp], exporters: [otlp_http/up, otlp_http/down]}
    traces/alone: {receivers: [otlp], exporters: [otlp_http/alone]}`,
    }),
  );
  const load = startLoad(collector);
  await phase(load);
  await side.close(); // nobody listens: refused connections
  const downSinceMs = performance.now();
  await phase(load);
  await until(() => performance.now() - downSinceMs >= DOWN_MS, DOWN_MS + 1000);
  side.mood.set('down', 'down').set('alone', 'down');
  await side.listen(); // one is up, two answer with errors
  await phase(load);
  const sent = await end(load);
  expect(await side.got(['up'], sent)).toEqual([sent]);
  expect(nodeOf(collector, 'otlp_http/down').waiting).toBeGreaterThan(0);
  side.mood.clear();
  const all = ['up', 'down', 'alone'];
  expect(await side.got(all, sent)).toEqual([sent, sent, sent]);
  expect(load.sent.traces.failures).toBe(0);
  expect(collector.engine.deadLetters().get('otlp_http/down')?.[0]?.counts.requests).toBe(0);
  await until(() => all.every((id) => nodeOf(collector, `otlp_http/${id}`).waiting === 0));
  expect(all.map((id) => nodeOf(collector, `otlp_http/${id}`).counts.out)).toEqual([
    sent,
    sent,
    sent,
  ]);
});

it('slow, and slower than the timeout: the log waits, not the senders, and everything arrives', async () => {
  const collector = await startTestCollector(
    yaml({
      exporters: post('slow', 'sending_queue: {num_consumers: 2, queue_size: 5}') + post('late'),
      pipelines: `
    traces: {receivers: [otlp], exporters: [otlp_http/slow]}
    traces/late: {receivers: [otlp], exporters: [otlp_http/late]}`,
    }),
  );
  side.mood.set('slow', 'slow').set('late', 'late');
  const load = startLoad(collector);
  await phase(load, PHASE_REQUESTS * 2);
  expect(load.sent.traces.failures).toBe(0);
  const sent = await end(load);
  side.mood.set('late', 'up'); // at last it answers in time
  expect(await side.got(['slow', 'late'], sent)).toEqual([sent, sent]);
  expect(side.repeated('slow')).toBe(0);
  expect(side.repeated('late')).toBeGreaterThan(0); // what it took and did not say so
});

it('refusing for good: counted, kept with the reason over a restart, and sent again by the command', async () => {
  const text = yaml({
    exporters: post('no') + post('yes'),
    pipelines: `
    traces: {receivers: [otlp], exporters: [otlp_http/no, otlp_http/yes]}`,
  });
  side.mood.set('no', 'refusing');
  const first = await startTestCollector(text);
  const load = startLoad(first);
  await phase(load);
  const sent = await end(load);
  expect(await side.got(['yes'], sent)).toEqual([sent]);
  const letters = () => first.engine.deadLetters().get('otlp_http/no')?.[0]?.counts.items;
  await until(() => letters() === sent, WAIT_MS);
  expect(letters()).toBe(sent);
  const { counts } = nodeOf(first, 'otlp_http/no');
  expect([...counts.failed.values()].reduce((sum, items) => sum + items, 0)).toBe(sent);
  expect(counts.lastError?.text).toContain('HTTP 400: as the test says');
  expect(counts.lastError?.fix).toContain('throughline dead-letters resend otlp_http/no');
  await first.stop();

  const second = await startTestCollector(text, { folder: first.folder });
  const data = join(second.folder, 'data');
  const listed = await sourceCommand(['dead-letters', 'list', '--data', data]);
  expect(listed.out).toContain('HTTP 400: as the test says');
  side.mood.clear();
  const resent = await sourceCommand(['dead-letters', 'resend', 'otlp_http/no', '--data', data]);
  expect(resent).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ requests go to/) });
  expect(await side.got(['no', 'yes'], sent)).toEqual([sent, sent]);
  expect([side.repeated('no'), side.repeated('yes')]).toEqual([0, 0]);
});

it('reload under load: exporters, processors and the receiver change, a bad file does not, and nothing is lost', async () => {
  const line = (text: string): string => `\n    traces: {receivers: [otlp], ${text}}`;
  const base = { exporters: post('kept'), pipelines: line('exporters: [otlp_http/kept]') };
  const versions = [
    { ...base, exporters: post('kept', 'sending_queue: {num_consumers: 1}') },
    {
      ...base,
      more: 'processors:\n  batch: {timeout: 50ms}\n',
      pipelines: line('processors: [batch], exporters: [otlp_http/kept]'),
    },
    {
      ...base,
      more: 'connectors:\n  forward:\n',
      pipelines: `${line('exporters: [forward]')}
    traces/behind: {receivers: [forward], exporters: [otlp_http/kept]}`,
    },
    { ...base, http: ', max_request_body_size: 1000000' },
    base,
  ];
  const collector = await startTestCollector(yaml(base));
  const load = startLoad(collector);
  for (const [at, version] of (FULL_FAULTS ? [...versions, ...versions] : versions).entries()) {
    side.mood.set('kept', at % 2 === 0 ? 'slow' : 'moody');
    await phase(load, 12);
    expect((await collector.change(yaml(version))).length).toBeGreaterThan(0);
    load.target = portsOf(collector);
    await expect(collector.change(`${yaml(version)}\n  nothing: {`)).rejects.toMatchObject({
      code: 'RELOAD_FAILED',
    });
  }
  await phase(load, 12);
  const sent = await end(load);
  side.mood.clear();
  expect(await side.got(['kept'], sent)).toEqual([sent]);
});

it('the clock jumps by hours and days, back and ahead: everything arrives, and each trace is decided', async () => {
  const collector = await startTestCollector(
    yaml({
      exporters: post('plain') + post('batched', 'sending_queue: {batch: {}}') + post('sampled'),
      more: `processors:
  batch: {timeout: 100ms}
  tail_sampling: {decision_wait: 300ms, policies: [{name: all, type: always_sample}]}
`,
      pipelines: `
    traces: {receivers: [otlp], processors: [batch], exporters: [otlp_http/plain, otlp_http/batched]}
    traces/sampled: {receivers: [otlp], processors: [tail_sampling], exporters: [otlp_http/sampled]}`,
    }),
  );
  const real = Date.now.bind(Date);
  let jumpMs = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + jumpMs);
  cleanUps.push(() => clock.mockRestore());
  side.mood.set('plain', 'moody').set('sampled', 'moody');
  const load = startLoad(collector);
  for (const hours of [0, -3, 26, -50, 24 * 400, 0]) {
    jumpMs = hours * HOUR_MS;
    await phase(load, 10);
  }
  const sent = await end(load);
  side.mood.clear();
  expect(await side.got(['plain', 'batched', 'sampled'], sent)).toEqual([sent, sent, sent]);
  expect(load.sent.traces.failures).toBe(0);
});

it.runIf(canMount)(
  'the disk of the log is full: senders are told to wait, nothing acknowledged is lost, and it goes on with room',
  async () => {
    const disk = mountSmallDisk(96 * MIB);
    cleanUps.push(disk.unmount);
    const folder = join(disk.path, 'c');
    mkdirSync(folder);
    const collector = await startTestCollector(
      yaml({
        exporters: post('up') + post('down'),
        pipelines: `
    traces: {receivers: [otlp], exporters: [otlp_http/up, otlp_http/down]}`,
      }),
      { folder },
    );
    cleanUps.push(() => collector.stop());
    side.mood.set('down', 'down'); // what is tried again wants to move to a queue on the same disk
    const load = startLoad(collector);
    await phase(load, DISK_REQUESTS);
    await fill(join(disk.path, 'filler'));
    await until(() => load.sent.traces.failures > 1 && load.refusal !== undefined, WAIT_MS);
    expect(load.refusal).toMatchObject({ status: 503, body: expect.stringContaining('No room') });
    expect(load.refusal?.retryAfterSeconds).toBeGreaterThan(0);
    rmSync(join(disk.path, 'filler'));
    await phase(load, DISK_REQUESTS);
    const sent = await end(load);
    side.mood.clear();
    expect(await side.got(['up', 'down'], sent)).toEqual([sent, sent]);
  },
);

/** Writes until nothing more goes in. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (let size = MIB; size >= 512;) {
      const { bavail, bsize } = statfsSync(path);
      if (bavail * bsize === 0) return;
      await file.appendFile(Buffer.alloc(size)).catch(() => (size /= 2));
    }
  } finally {
    await file.close();
  }
}
