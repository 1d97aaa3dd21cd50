// Files that were damaged while the server was down: the log's tail and middle, block files, manifests. It starts, says
// and counts what it found, and loses nothing else. What it must not touch it does not touch.

import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PipelinesAnswer } from '../../src/api/contract/status.ts';
import type { SpansAnswer } from '../../src/api/contract/traces.ts';
import { throughline } from '../support/cli.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { descendantsOf } from '../support/processes.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const SPANS = 30;

let data = '';
let server: TestServer | undefined;
beforeEach(() => {
  data = temporaryFolder();
});
afterEach(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

/** One request a span, named `span-000` and so on. */
async function sendSpans({ otlpUrl }: TestServer): Promise<void> {
  for (let n = 0; n < SPANS; n++) {
    const number = String(n).padStart(3, '0');
    const span = {
      traceId: `${number}a`.repeat(8),
      spanId: `${number}b`.repeat(4),
      name: `span-${number}`,
      startTimeUnixNano: `${Date.now()}000000`,
      endTimeUnixNano: `${Date.now() + 1}000000`,
    };
    const response = await fetch(`${otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(response.status).toBe(200);
  }
}

/** A server that dies with everything in the log and nothing in the store: its engine is held still. */
async function dieWithBacklog(until: () => boolean = () => true): Promise<void> {
  const dying = await startServer({ data });
  const [host = 0] = descendantsOf(dying.process.pid ?? 0);
  process.kill(host, 'SIGSTOP');
  await sendSpans(dying);
  await eventually(() => Promise.resolve(until()), Boolean);
  await dying.kill();
  process.kill(host, 'SIGKILL');
}

async function namesStored(expected: number): Promise<string[]> {
  server = await startServer({ data });
  const { api } = server;
  const { rows } = await eventually(
    () => api<SpansAnswer>(`/spans?from=now-1h&limit=1000`),
    (answer) => answer.rows.length >= expected,
  );
  return rows.map(({ name }) => name).toSorted();
}

const allNames = Array.from({ length: SPANS }, (_, n) => `span-${String(n).padStart(3, '0')}`);

const files = (folder: string, ending: string): string[] =>
  readdirSync(join(data, folder))
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => join(data, folder, name));

function flipByteAt(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  writeFileSync(path, bytes);
}

const findings = async (): Promise<PipelinesAnswer['findings']> =>
  (await (server as TestServer).api<PipelinesAnswer>('/pipelines')).findings;

describe('the log', () => {
  it('with half a record at its end: that is cut off, said and counted, all else is stored', async () => {
    await dieWithBacklog();
    const [segment = ''] = files('log', '.log');
    appendFileSync(segment, readFileSync(segment).subarray(64, 364));
    expect(await namesStored(SPANS)).toEqual(allNames);
    expect(server?.output()).toContain('the log ended in 300 damaged bytes, which were cut off');
    expect(await findings()).toContainEqual(
      expect.objectContaining({ code: 'LOG_DAMAGED', severity: 'error' }),
    );
  });

  it('with a wrong byte in its middle: that request alone is lost, said and counted', async () => {
    await dieWithBacklog();
    const [segment = ''] = files('log', '.log');
    flipByteAt(segment, readFileSync(segment).indexOf('span-011'));
    expect(await namesStored(SPANS - 1)).toEqual(allNames.filter((name) => name !== 'span-011'));
    expect(server?.output()).toMatch(/0+\.log is damaged: \d+ B at position \d+ were passed over/);
    expect(await findings()).toContainEqual(expect.objectContaining({ code: 'LOG_DAMAGED' }));
    const metrics = await (await fetch(`${server?.url}/metrics`)).text();
    expect(metrics).toMatch(/^throughline_log_damaged_bytes_total [1-9]/m);
  });
});

const BLOCK_DAMAGES: ReadonlyArray<readonly [name: string, damage: () => void]> = [
  ['a wrong byte in the spans', () => flipByteAt(files('blocks', '.spans.native')[0] ?? '', 99)],
  ['a manifest of garbage', () => writeFileSync(files('blocks', '.cut')[0] ?? '', 'garbage')],
  ['a file cut short', () => truncateSync(files('blocks', '.trace_times.native')[0] ?? '', 20)],
  ['a file that is gone', () => rmSync(files('blocks', '.resources.native')[0] ?? '')],
];

it.each(BLOCK_DAMAGES.slice(0, FULL_FAULTS ? BLOCK_DAMAGES.length : 2))(
  'blocks with %s are written again from the log; nothing is lost',
  async (_, damage) => {
    await dieWithBacklog(() => files('blocks', '.cut').length > 0);
    damage();
    expect(await namesStored(SPANS)).toEqual(allNames);
    expect(server?.output()).toContain('block files are damaged and written again from the log');
  },
);

describe('it refuses to start, and touches nothing', () => {
  const snapshot = (): string[] =>
    readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => `${path} ${readFileSync(path, 'base64')}`)
      .toSorted();
  const free = ['--otlp-grpc-port=0', '--otlp-http-port=0', '--http-port=0', '--health-port=0'];

  it('on data of a newer version', async () => {
    await (await startServer({ data })).stop();
    const version = join(data, 'VERSION');
    const { schema } = JSON.parse(readFileSync(version, 'utf8')) as { schema: number };
    writeFileSync(version, JSON.stringify({ schema: schema + 1, log: 1, needs: '7.8.9' }));
    const before = snapshot();
    const ran = await throughline(['--data', data, '--host=127.0.0.1', ...free]);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('7.8.9') });
    expect(snapshot()).toEqual(before);
  });

  it('while another process has the directory, with its number', async () => {
    server = await startServer({ data });
    const ran = await throughline(['--data', data, '--host=127.0.0.1', ...free]);
    const { pid } = server.process;
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(`process ${pid} `) });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('when a port is taken: says by whom, and which flag helps', async () => {
    server = await startServer({ data });
    const owner = process.platform === 'linux' ? String(server.process.pid) : 'another process';
    const taken = [
      ['--otlp-grpc-port', server.ports.otlpGrpc],
      ['--otlp-http-port', server.ports.otlpHttp],
      ['--http-port', server.ports.http],
      ['--health-port', server.ports.health],
    ] as const;
    const attempts = taken.map(async ([flag, port]) => {
      const other = temporaryFolder();
      const others = free.filter((word) => !word.startsWith(flag));
      const args = ['--data', other, '--host=127.0.0.1', ...others, `${flag}=${port}`];
      const { code, err } = await throughline(args);
      const told = [String(port), flag, owner].filter((word) => !err.includes(word));
      const left = readdirSync(other).includes('lock');
      rmSync(other, { recursive: true });
      return { flag, code, told, left };
    });
    expect(await Promise.all(attempts)).toEqual(
      taken.map(([flag]) => ({ flag, code: 1, told: [], left: false })),
    );
  });
});
