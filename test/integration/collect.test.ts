// `throughline collect` as a process: flags, exit codes, own metrics, reload by signal and by watching, dead letters.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { askAdmin } from '../../src/app/collect/admin.ts';
import type { GraphStatus } from '../../src/pipeline/status.ts';
import { startTestCollector } from '../support/collector.ts';
import { eventually } from '../support/server.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

const config = (more = '', pipelines = ''): string => `
receivers:
  otlp:
    protocols:
      http: {endpoint: "127.0.0.1:0"}
exporters:
  nop:
${more}
service:
  telemetry:
    metrics:
      readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: 0}}}}]
  pipelines:
    traces: {receivers: [otlp], exporters: [nop]}
${pipelines}
`;

interface Collect {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly file: string;
  readonly data: string;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

const running: Collect[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function collect(yaml: string, args: readonly string[] = []): Collect {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-collect-'));
  folders.push(folder);
  const file = join(folder, 'collector.yaml');
  const data = join(folder, 'data');
  writeFileSync(file, yaml);
  const child = spawn(NODE, [MAIN, 'collect', `--config=${file}`, '--data', data, ...args]);
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const started: Collect = {
    child,
    folder,
    file,
    data,
    output: () => Buffer.concat(printed).toString(),
    exited: new Promise((done) => child.once('exit', done)),
  };
  running.push(started);
  return started;
}

async function ready(started: Collect): Promise<GraphStatus> {
  await eventually(
    () => Promise.resolve(started.output()),
    (output) => output.includes('throughline collect runs'),
  );
  return status(started);
}

const status = async ({ data }: Collect): Promise<GraphStatus> =>
  (await askAdmin(data, 'GET', '/status')) as GraphStatus;

const SPAN = {
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), name: 'x' }] }] },
  ],
};

it('runs, serves its own metrics under the Collector’s names, and ends with 0 on SIGTERM', async () => {
  const started = collect(config());
  await ready(started);
  const lock = JSON.parse(readFileSync(join(started.data, 'lock'), 'utf8')) as {
    ports: Record<string, number>;
  };
  const answer = await fetch(`http://127.0.0.1:${lock.ports['otlp-http']}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(SPAN),
  });
  expect(answer.status).toBe(200);
  const url = /own metrics on (http:\S+)/.exec(started.output())?.[1] ?? '';
  const metrics = await eventually(
    async () => (await fetch(url)).text(),
    (text) => /otelcol_exporter_sent_spans_total\{[^}]*exporter="nop"\} 1\n/.test(text),
  );
  expect(metrics).toMatch(
    /^otelcol_receiver_accepted_spans_total\{service_instance_id="[^"]+",service_name="throughline",service_version="[^"]+",receiver="otlp",transport="http"\} 1$/m,
  );
  expect(metrics).toMatch(/^otelcol_process_cpu_seconds_total\{/m);
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(0);
});

it.each<[what: string, yaml: string, args: string[], says: RegExp]>([
  ['an unknown key', config('  otlp/x: {endpoit: "a:1"}'), [], /collector\.yaml:\d+:\d+: error/],
  ['an unknown flag', config(), ['--confg=x'], /--confg; did you mean --config/],
  [
    'a store, which it does not have',
    config('  store:', '    logs: {receivers: [otlp], exporters: [store]}'),
    [],
    /STORE_NOT_HERE/,
  ],
])('ends with 1 on %s', async (_what, yaml, args, says) => {
  const started = collect(yaml, args);
  expect(await started.exited).toBe(1);
  expect(started.output()).toMatch(says);
});

it('takes over a changed file on SIGHUP, and keeps the running one where the new one is wrong', async () => {
  const started = collect(config());
  await ready(started);
  writeFileSync(started.file, config('', '    logs: {receivers: [otlp], exporters: [nop]}'));
  started.child.kill('SIGHUP');
  const after = await eventually(
    () => status(started),
    ({ reload }) => reload !== undefined,
  );
  expect(after.pipelines.map(({ id }) => id)).toEqual(['traces', 'logs']);
  expect(after.reload?.ok).toBe(true);
  writeFileSync(started.file, config('  nopp:'));
  started.child.kill('SIGHUP');
  const wrong = await eventually(
    () => status(started),
    ({ reload }) => reload?.ok === false,
  );
  expect(wrong.reload?.lines.join('\n')).toMatch(/collector\.yaml:\d+:\d+: .*nopp/);
  expect(wrong.pipelines.map(({ id }) => id)).toEqual(['traces', 'logs']);
});

it('tells what a reload changed, or what is wrong', async () => {
  const started = collect(config());
  await ready(started);
  expect(await askAdmin(started.data, 'POST', '/reload')).toEqual({ lines: [] });
  writeFileSync(
    started.file,
    config('  nop/2:', '    logs: {receivers: [otlp], exporters: [nop/2]}'),
  );
  expect(await askAdmin(started.data, 'POST', '/reload')).toMatchObject({
    lines: expect.arrayContaining(['pipeline logs started']),
  });
  writeFileSync(started.file, 'receivers: [');
  await expect(askAdmin(started.data, 'POST', '/reload')).rejects.toMatchObject({
    code: 'COLLECT_REFUSED',
    message: expect.stringMatching(/collector\.yaml:1:\d+/),
  });
});

it('takes over a changed file by itself with --watch, also one that is put in its place', async () => {
  const started = collect(config(), ['--watch']);
  await ready(started);
  const next = join(started.folder, 'next.yaml');
  writeFileSync(next, config('', '    metrics: {receivers: [otlp], exporters: [nop]}'));
  renameSync(next, started.file);
  const after = await eventually(
    () => status(started),
    ({ reload }) => reload !== undefined,
  );
  expect(after.pipelines.map(({ id }) => id)).toEqual(['traces', 'metrics']);
});

it('keeps a receiver answering through a reload that does not concern it', async () => {
  const collector = await startTestCollector(config());
  const before = collector.port('otlp', 'http');
  const lines = await collector.change(
    config('  nop/2:', '    traces/2: {receivers: [otlp], exporters: [nop/2]}'),
  );
  expect(lines.toSorted()).toEqual([
    'exporter nop/2 (traces) started',
    'pipeline traces/2 started',
  ]);
  expect(collector.port('otlp', 'http')).toBe(before);
});
