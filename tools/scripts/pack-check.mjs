// The npm package as a stranger gets it: packed, looked into, installed in an empty folder, started with the pinned
// Node, given one span, and stopped.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, say } from './shell.mjs';

const PACKED_MAX_BYTES = 3 * 2 ** 20;
const READY_MS = 60_000;
const MUST = [
  'dist/cli/main.js',
  'dist/web/index.html',
  'dist/otlp/check/walk.wasm',
  'dist/store/writer/columns.wasm',
  'LICENSE',
  'README.md',
];
const MUST_NOT = [/\.test\./, /\.map$/, /(^|\/)suite\//, /tsbuildinfo/, /\.ts$(?<!\.d\.ts)/];

const folder = mkdtempSync(join(tmpdir(), 'throughline-pack-'));
let server;
try {
  const tarball = pack(
    JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], root)),
  );
  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ name: 'app', private: true, allowScripts: { chdb: true } }),
  );
  await npm(['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], app);
  await startAndStop(app);
  say('the package installs and starts');
} catch (error) {
  say(`package check failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** @returns the tarball's path, once its list of files is as it must be. */
function pack(answer) {
  const [{ files, size, filename }] = Array.isArray(answer) ? answer : Object.values(answer);
  const paths = files.map(({ path }) => path);
  const missing = MUST.filter((path) => !paths.includes(path));
  const unwanted = paths.filter((path) => MUST_NOT.some((pattern) => pattern.test(path)));
  if (missing.length > 0) throw new Error(`not in the package: ${missing.join(', ')}`);
  if (unwanted.length > 0)
    throw new Error(`should not be in the package: ${unwanted.slice(0, 5).join(', ')}`);
  if (size > PACKED_MAX_BYTES)
    throw new Error(`the package has ${size} bytes, more than ${PACKED_MAX_BYTES}`);
  say(`package: ${paths.length} files, ${Math.round(size / 1024)} KiB`);
  return join(folder, filename);
}

async function startAndStop(app) {
  const node = join(root, 'node_modules', '.bin', 'node');
  const data = join(folder, 'data');
  const ports = [
    '--otlp-grpc-port',
    '0',
    '--otlp-http-port',
    '0',
    '--http-port',
    '0',
    '--health-port',
    '0',
  ];
  const main = join(app, 'node_modules', 'throughline', 'dist', 'cli', 'main.js');
  server = spawn(node, [main, '--host', '127.0.0.1', '--data', data, ...ports], {
    cwd: app,
    stdio: 'pipe',
  });
  const output = [];
  server.stdout.on('data', (chunk) => output.push(chunk));
  server.stderr.on('data', (chunk) => output.push(chunk));
  const ended = new Promise((resolve) => server.once('exit', (code) => resolve(code)));

  const deadline = Date.now() + READY_MS;
  while (!(await answers(data))) {
    if (Date.now() > deadline || server.exitCode !== null) {
      throw new Error(`not ready; it printed:\n${Buffer.concat(output).toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const page = await fetch(`http://127.0.0.1:${lock(data).ports.http}/`);
  if (!page.ok || !(await page.text()).includes('<script'))
    throw new Error(`the UI answered ${page.status}`);
  const now = `${Date.now()}000000`;
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    name: 'x',
    kind: 1,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  const sent = await fetch(`http://127.0.0.1:${lock(data).ports.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  if (sent.status !== 200)
    throw new Error(`a span was answered ${sent.status}: ${await sent.text()}`);
  server.kill('SIGTERM');
  const code = await ended;
  if (code !== 0)
    throw new Error(`it stopped with exit code ${code}:\n${Buffer.concat(output).toString()}`);
}

function lock(data) {
  return JSON.parse(readFileSync(join(data, 'lock'), 'utf8'));
}

async function answers(data) {
  try {
    return (await fetch(`http://127.0.0.1:${lock(data).ports.http}/readyz`)).ok;
  } catch {
    return false;
  }
}

function npm(args, cwd) {
  const path = process.env.npm_execpath;
  const [command, first] =
    path === undefined ? ['npm', []] : [process.env.npm_node_execpath ?? process.execPath, [path]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(Buffer.concat(output).toString())
        : reject(new Error(`npm ${args[0]} ended with ${code}`)),
    );
  });
}
