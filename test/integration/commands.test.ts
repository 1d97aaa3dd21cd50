// The command line against a server with data, one without, and none at all: exit codes, `--json`, where settings come
// from, what a wrong flag is told, and completion scripts that a shell can read.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitchenSink } from '../../bench/generate/kitchen-sink.ts';
import type { LogsAnswer } from '../../src/api/contract/logs.ts';
import type { MetricsAnswer } from '../../src/api/contract/metrics.ts';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import type { TracesAnswer, WhyAnswer } from '../../src/api/contract/traces.ts';
import { SIGNALS } from '../../src/base/signal.ts';
import { type Ran, throughline } from '../support/cli.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const TRACE = 'c0ffee00'.repeat(4);

let full: TestServer;
let empty: TestServer;
let folder = '';
beforeAll(async () => {
  folder = temporaryFolder();
  [full, empty] = await Promise.all([startServer(), startServer()]);
  await seed(full);
});
afterAll(async () => {
  await Promise.all([full.stop(), empty.stop()]);
  rmSync(folder, { recursive: true });
});

/** One slow checkout, a line of it, and everything else there is. */
async function seed({ otlpUrl, api }: TestServer): Promise<void> {
  const nowMs = Date.now();
  const nanos = (ms: number): string => `${nowMs + ms}000000`;
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const spans = [
    span('01', '', 'POST /checkout', 2, nanos(-2_000), nanos(-1_000)),
    span('02', '01', 'POST', 3, nanos(-1_950), nanos(-1_050)),
  ];
  const logRecords = [
    {
      timeUnixNano: nanos(-1_500),
      severityNumber: 13,
      body: { stringValue: 'slow' },
      traceId: TRACE,
    },
  ];
  await post(otlpUrl, 'traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  await post(otlpUrl, 'logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const gauge = { dataPoints: [{ timeUnixNano: nanos(-1_000), asDouble: 7 }] };
  const metrics = [{ name: 'queue.depth', unit: '1', gauge }];
  await post(otlpUrl, 'metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  await eventually(
    () => api<StatusAnswer>('/status'),
    ({ signals }) =>
      SIGNALS.every((name) => signals[name].stored > 0 && signals[name].waiting === 0),
  );
}

const span = (
  id: string,
  parent: string,
  name: string,
  kind: number,
  startTimeUnixNano: string,
  endTimeUnixNano: string,
) => ({
  traceId: TRACE,
  spanId: id.repeat(8),
  parentSpanId: parent.repeat(8),
  name,
  kind,
  startTimeUnixNano,
  endTimeUnixNano,
  attributes: [
    { key: 'http.request.method', value: { stringValue: 'POST' } },
    kind === 2
      ? { key: 'http.route', value: { stringValue: '/checkout' } }
      : { key: 'server.address', value: { stringValue: 'pay.example' } },
  ],
});

async function post(url: string, signal: string, body: object): Promise<void> {
  const response = await fetch(`${url}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

const on = ({ url }: TestServer, ...args: readonly string[]): Promise<Ran> =>
  throughline([...args, '--server', url]);

const json = async <T>(ran: Promise<Ran>): Promise<T> => JSON.parse((await ran).out) as T;

describe('with data', () => {
  it('why names the culprit and ends with 1: a finding', async () => {
    const ran = await on(full, 'why', 'POST /checkout');
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(ran.out).toContain('pay.example');
    expect(ran.out).toContain('<-- root cause');
    expect(await on(full, 'why', TRACE)).toMatchObject({ code: 1 });
    const answer = await json<WhyAnswer>(on(full, 'why', '--json'));
    expect(answer.sentence).toContain('pay.example');
  });

  it.each<[words: string[], text: string]>([
    [['traces'], 'POST /checkout'],
    [['traces', 'endpoint = "POST /checkout"'], TRACE],
    [['traces', 'endpoint = "GET /nothing"'], 'The filter leaves no traces'],
    [['logs'], 'slow'],
    [['logs', 'level >= error'], 'The filter leaves no logs'],
    [['metrics'], 'queue.depth'],
    [['metrics', 'queue.depth'], '7'],
    [['export', TRACE], '"traceId"'],
    [['export', '--signal=logs'], '"resourceLogs"'],
  ])('%j prints what there is and ends with 0', async (words, text) => {
    const ran = await on(full, ...words);
    expect({ code: ran.code, has: ran.out.includes(text) }).toEqual({ code: 0, has: true });
  });

  it('--json is the answer of the API', async () => {
    const traces = await json<TracesAnswer>(on(full, 'traces', '--json'));
    expect(traces.rows).toMatchObject([{ traceId: TRACE, endpoint: 'POST /checkout' }]);
    const logs = await json<LogsAnswer>(on(full, 'logs', '--json'));
    expect(logs.rows).toMatchObject([{ body: 'slow' }]);
    const metrics = await json<MetricsAnswer>(on(full, 'metrics', '--json'));
    expect(metrics.rows).toMatchObject([{ name: 'queue.depth' }]);
    await json(on(full, 'metrics', 'queue.depth', '--json'));
    const path = join(folder, 'sink.otlp');
    const request = kitchenSink('logs');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(request.length);
    writeFileSync(path, Buffer.concat([length, request]));
    const imported = await json<{ logRecords: number }>(
      on(empty, 'import', path, '--format=protobuf', '--signal=logs', '--json'),
    );
    expect(imported.logRecords).toBeGreaterThan(10);
  });

  it('import reads what export writes, through a pipe', async () => {
    const { out } = await on(full, 'export', TRACE);
    const ran = await throughline(['import', '--server', empty.url], { input: out });
    expect(ran).toMatchObject({ code: 0, out: '2 spans, 0 log records, 0 metric points\n' });
  });

  it.each<[words: string[], told: string]>([
    [['traces', 'duration >'], 'character'],
    [['logs', '('], 'character'],
    [['traces', '--limit=many'], '--limit'],
    [['traces', '--sort=colour'], '--sort'],
    [['traces', '--frm=now-1h'], 'did you mean --from'],
    [['traces', 'service', '=', 'shop'], 'quotes'],
    [['why', 'ffffffffffffffffffffffffffffffff', '--wait=0s'], 'trace'],
    [['import', '/no/such/file'], '/no/such/file'],
  ])('%j is a mistake of the caller: 2, and says which', async (words, told) => {
    const ran = await on(full, ...words);
    expect({ code: ran.code, out: ran.out, told: ran.err.includes(told) }).toEqual({
      code: 2,
      out: '',
      told: true,
    });
    expect(ran.err).not.toContain('    at '); // no stack
  });
});

describe('without data', () => {
  let fresh: TestServer;
  beforeAll(async () => {
    fresh = await startServer();
  });
  afterAll(() => fresh.stop());

  it.each(['traces', 'logs', 'metrics'])(
    '%s says that none ever came, and ends with 0',
    async (word) => {
      const ran = await on(fresh, word);
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('have ever arrived') });
      expect(await json<TracesAnswer>(on(fresh, word, '--json'))).toMatchObject({
        meta: { empty: { kind: 'never' } },
      });
    },
  );

  it.each<[words: string[], told: string]>([
    [['why', '--wait=0s'], 'No traces have ever arrived'],
    [['why', 'POST /checkout', '--wait=0s'], 'No traces have ever arrived'],
  ])('%j has nothing to find, which is no finding: 0', async (words, told) => {
    const ran = await on(fresh, ...words);
    expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringContaining(told) });
  });

  it.each<[words: string[], told: string]>([
    [['why', 'f'.repeat(32), '--wait=0s'], 'No span of trace'],
    [['export'], 'no spans to export'],
  ])('%j asks for something that is not there: 2', async (words, told) => {
    const ran = await on(fresh, ...words);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(told) });
  });
});

describe('without a server', () => {
  it.each(['why', 'traces', 'logs', 'metrics', 'tail', 'export'])(
    '%s ends with 3',
    async (word) => {
      const ran = await throughline([word, '--server', 'http://127.0.0.1:9']);
      expect(ran).toMatchObject({ code: 3, out: '' });
      expect(ran.err).toContain('no Throughline answers at http://127.0.0.1:9');
    },
  );

  it('something else there is not taken for one', async () => {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ran = await throughline(['traces', '--server', `http://127.0.0.1:${port}`]);
    other.close();
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('not a Throughline') });
  });
});

describe('finding the server', () => {
  it('by DIR/lock, by THROUGHLINE_SERVER, by --server, the latter first', async () => {
    const nowhere = { THROUGHLINE_SERVER: 'http://127.0.0.1:9' };
    expect(await throughline(['traces', '--data', full.data])).toMatchObject({ code: 0 });
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    expect(await throughline(['traces'], { cwd, env: nowhere })).toMatchObject({ code: 3 });
    const env = { THROUGHLINE_SERVER: full.url };
    expect(await throughline(['traces', '--data', empty.data], { env })).toMatchObject({
      code: 0,
      out: expect.stringContaining('POST /checkout'),
    });
    expect(await on(full, 'traces')).toMatchObject({ code: 0 });
  });
});

describe('settings of the server', () => {
  const stays = (settings: string): string => {
    const path = join(folder, `${Math.random()}.yaml`);
    writeFileSync(path, settings);
    return path;
  };

  it('flags win over variables, variables over the file', async () => {
    const file = stays('retention: 3d\nmax-disk: 3GiB\nlog-level: error\n');
    const server = await startServer({
      args: ['--settings', file, '--retention=1d'],
      env: { THROUGHLINE_RETENTION: '2d', THROUGHLINE_MAX_DISK: '2GiB' },
    });
    const { disk } = await server.api<StatusAnswer>('/status');
    expect(disk).toMatchObject({ retentionHours: 24, limitBytes: 2 * 2 ** 30 });
    await server.stop();
  });

  it.each<[args: string[], env: Record<string, string>, told: string]>([
    [['--retenton=1d'], {}, 'did you mean --retention'],
    [['--retention=soon'], {}, '--retention'],
    [['--http-port=99999'], {}, '--http-port'],
    [['--max-disk'], {}, '--max-disk needs a value'],
    [['stray'], {}, 'there is no command "stray"'],
    [['trace'], {}, 'did you mean traces'],
    [[], { THROUGHLINE_HTTP_PORT: 'x' }, 'THROUGHLINE_HTTP_PORT'],
    [['--settings', '/no/such.yaml'], {}, '/no/such.yaml'],
    [['--settings', 'FILE:retention: [1d'], {}, ':'],
    [['--settings', 'FILE:\nretenton: 1d'], {}, ':2'],
    [['--settings', 'FILE:fsync: maybe'], {}, ':1'],
  ])('%j %j ends with 2 and says what is wrong', async (args, env, told) => {
    const words = args.map((word) => (word.startsWith('FILE:') ? stays(word.slice(5)) : word));
    const ran = await throughline(words, { env });
    expect({ code: ran.code, out: ran.out, told: ran.err.includes(told) }).toEqual({
      code: 2,
      out: '',
      told: true,
    });
  });
});

describe('help and completion', () => {
  it.each(['', 'why', 'traces', 'logs', 'metrics', 'tail', 'export', 'import', 'completion'])(
    'throughline %s --help shows usage and examples',
    async (word) => {
      const ran = await throughline([...(word === '' ? [] : [word]), '--help']);
      expect(ran).toMatchObject({ code: 0, err: '' });
      expect(ran.out).toContain(`Usage: throughline${word === '' ? '' : ` ${word}`}`);
      expect(ran.out).toContain('Examples:');
    },
  );

  it('--version says it', async () => {
    expect(await throughline(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^throughline \d+\.\d+\.\d+\n$/),
    });
  });

  it('bash can read its script, and completes commands and flags with it', async () => {
    const path = join(folder, 'completion.bash');
    const { out, code } = await throughline(['completion', 'bash']);
    expect(code).toBe(0);
    writeFileSync(path, out);
    execFileSync('bash', ['-n', path]);
    const complete = (words: readonly string[]): string => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const script = `source ${path}; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _throughline; echo "\${COMPREPLY[*]}"`;
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
    };
    expect(complete(['throughline', 'tr'])).toBe('traces');
    expect(complete(['throughline', 'traces', '--so'])).toBe('--sort');
    expect(complete(['throughline', '--max-d'])).toBe('--max-disk');
  });

  it.each(['zsh', 'fish'])('a script for %s names every command', async (shell) => {
    const { out, code } = await throughline(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['why', 'traces', 'logs', 'metrics', 'export']) expect(out).toContain(word);
  });

  it('no shell, or an unknown one, ends with 2', async () => {
    for (const args of [['completion'], ['completion', 'tcsh']])
      expect(await throughline(args)).toMatchObject({ code: 2, out: '' });
  });
});
