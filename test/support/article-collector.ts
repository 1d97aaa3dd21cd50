// `throughline collect` as a process, with the article's configuration as it stands. Its ports are the file's where they
// are free; where another program has one, the test gives another with --set, as a user would.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askAdmin } from '../../src/app/collect/admin.ts';
import type { GraphStatus, NodeStatus } from '../../src/pipeline/status.ts';
import { articleConfigPath } from './article.ts';
import { eventually } from './server.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

export interface ArticleCollector {
  readonly otlpGrpcUrl: string;
  readonly otlpHttpUrl: string;
  readonly scrapePort: number;
  readonly output: () => string;
  /** Counts of a node: `node('exporter', 'loki')`. */
  node(kind: NodeStatus['kind'], id: string, signal: NodeStatus['signal']): Promise<NodeStatus>;
  /** SIGTERM and wait; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it whatever it does, and removes its data. */
  remove(): void;
}

export async function startArticleCollector(
  env: Readonly<Record<string, string>>,
): Promise<ArticleCollector> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-article-'));
  const data = join(folder, 'data');
  const [grpc, http, scrape] = await Promise.all([4317, 4318, 8889].map(freePort));
  const [own] = await Promise.all([8888].map(freePort));
  const readers = `[{pull: {exporter: {prometheus: {host: 127.0.0.1, port: ${own}}}}}]`;
  const others: ReadonlyArray<readonly [number, number | undefined, string]> = [
    [4317, grpc, `receivers.otlp.protocols.grpc.endpoint=0.0.0.0:${grpc}`],
    [4318, http, `receivers.otlp.protocols.http.endpoint=0.0.0.0:${http}`],
    [8889, scrape, `exporters.prometheus.endpoint=0.0.0.0:${scrape}`],
    [8888, own, `service.telemetry.metrics.readers=${readers}`],
  ];
  const sets = others.flatMap(([port, free, set]) => (port === free ? [] : [`--set=${set}`]));
  const words = ['collect', `--config=${articleConfigPath}`, '--data', data, ...sets];
  const child = spawn(NODE, [MAIN, ...words], { env: { ...process.env, ...env } });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const output = (): string => Buffer.concat(printed).toString();
  await eventually(
    () => Promise.resolve(output()),
    (text) => text.includes('throughline collect runs') || child.exitCode !== null,
  );
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`);
  return {
    otlpGrpcUrl: `http://127.0.0.1:${grpc}`,
    otlpHttpUrl: `http://127.0.0.1:${http}`,
    scrapePort: scrape ?? 0,
    output,
    node: async (kind, id, signal) => {
      const { nodes } = (await askAdmin(data, 'GET', '/status')) as GraphStatus;
      const found = nodes.find(
        (one) => one.kind === kind && one.id === id && one.signal === signal,
      );
      if (found === undefined) throw new Error(`${kind} ${id} is not in the graph`);
      return found;
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    remove: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The port itself where nobody has it, else another one. */
function freePort(wanted: number): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => void server.listen(0, '0.0.0.0'));
    server.once('listening', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
    server.listen(wanted, '0.0.0.0');
  });
}
