// A collector under measurement, ours or the OpenTelemetry Collector: a process of its own with one configuration, asked
// for its own counts, and for what the system knows of it.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf } from './process-cpu.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const OURS = join(ROOT, 'src', 'cli', 'main.ts');
const OTELCOL = join(ROOT, '.cache', 'peers', 'otelcol', 'otelcol');
const READY_MS = 30_000;

export type Program = 'throughline' | 'otelcol';

export const hasOtelcol = (): boolean => existsSync(OTELCOL);

export interface Measured {
  readonly pid: number;
  readonly cpuSeconds: () => number;
  /** The most it has had resident so far. */
  readonly peakBytes: () => number;
  /** Sum of a counter over all its labels, by the Collector's name without `_total`. */
  readonly count: (name: string, labels?: string) => Promise<number>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** @param yaml with `PORT` of the receiver, and without service::telemetry; both are filled in. */
export async function startMeasured(
  program: Program,
  yaml: string,
  nodeArguments: readonly string[] = [],
): Promise<Measured & { readonly port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const file = join(folder, 'collector.yaml');
  const [port, own] = await Promise.all([freePort(), freePort()]);
  const telemetry = `  telemetry:
    logs: {level: warn}
    metrics:
      readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: ${own}}}}}]
`;
  writeFileSync(file, `${yaml.replaceAll('PORT', String(port)).trimEnd()}\n${telemetry}`);
  const child =
    program === 'otelcol'
      ? spawn(OTELCOL, ['--config', file])
      : spawn(process.execPath, [
          ...nodeArguments,
          OURS,
          'collect',
          '--config',
          file,
          '--data',
          join(folder, 'data'),
        ]);
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const output = (): string => Buffer.concat(printed).toString();
  const pid = child.pid ?? 0;
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${own}/metrics`)).text();
  await ready(child, port, output);
  return {
    pid,
    port,
    output,
    cpuSeconds: () => cpuSecondsOf(pid),
    peakBytes: () => peakOf(pid),
    count: async (name, labels = '') => sumOf(await page(), name, labels),
    stop: async () => {
      const exited = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
        await exited;
        clearTimeout(timer);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, port: number, output: () => string): Promise<void> {
  for (let waited = 0; waited < READY_MS && child.exitCode === null; waited += 100) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await sleep(100);
    }
  }
  child.kill('SIGKILL');
  throw new Error(`it does not listen:\n${output()}`);
}

function sumOf(page: string, name: string, labels: string): number {
  let sum = 0;
  for (const line of page.split('\n')) {
    const [, found, its = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (found?.replace(/_total$/, '') === name && its.includes(labels)) sum += Number(value);
  }
  return sum;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakOf(pid: number): number {
  const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
