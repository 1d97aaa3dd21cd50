// Every extension in a running collector: with the first full example of its upstream documentation (ports and paths are
// the test's), and with every documented key set. A row a file of test/fixtures/components/extensions.

import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileStorage } from '../../src/components/extensions/file_storage/factory.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { ProtobufCursor } from '../../src/otlp/wire/protobuf-cursor.ts';
import { runExtension } from '../../src/pipeline/suite/run-extension.ts';
import { startTestCollector, type TestCollector } from '../support/collector.ts';
import { openHttpServer, type TestHttpServer } from '../support/http-server.ts';
import { eventually } from '../support/server.ts';

const FOLDER = resolve(import.meta.dirname, '..', 'fixtures', 'components', 'extensions');
const TLS_FOLDER = resolve(import.meta.dirname, '..', 'fixtures', 'tls');

let folder: string;
let sink: TestHttpServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-extensions-'));
  sink = await openHttpServer();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

interface Ports {
  readonly a: number;
  readonly b: number;
}

interface Options {
  /** Of the receiver's http protocol. */
  readonly server?: string;
  /** Lines of the exporter. */
  readonly client?: string;
}

const fixture = (file: string): string => readFileSync(join(FOLDER, `${file}.yaml`), 'utf8');

async function start(
  block: string,
  { server, client = '' }: Options = {},
): Promise<{ collector: TestCollector; ports: Ports; a: string }> {
  const ports = { a: await freePort(), b: await freePort() };
  const ids = [...block.matchAll(/^ {2}(\S+):/gm)].map(([, id]) => id).join(', ');
  const auth = server === undefined ? '' : `, auth: {authenticator: ${server}}`;
  const collector = await startTestCollector(
    `${block}
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"${auth}}}}
exporters:
  otlp_http:
    endpoint: ${sink.origin}
    compression: none
${client}
service:
  extensions: [${ids}]
  pipelines:
    logs: {receivers: [otlp], exporters: [otlp_http]}
`,
    {
      env: {
        FOLDER: folder,
        TLS_FOLDER,
        PORT_A: String(ports.a),
        PORT_B: String(ports.b),
        BASIC_AUTH_USERNAME: 'env',
        BASIC_AUTH_PASSWORD: 'from env',
      },
    },
  );
  return { collector, ports, a: `http://127.0.0.1:${ports.a}` };
}

const LOGS = encode('logs', {
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'line' } }] }] }],
});

async function sendWith(
  collector: TestCollector,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const url = `http://127.0.0.1:${collector.port('otlp', 'http')}/v1/logs`;
  const type = { 'content-type': 'application/x-protobuf' };
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...type, ...headers },
    body: Uint8Array.from(LOGS),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const basic = (user: string, password: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

async function read(url: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const arrived = (): Promise<TestHttpServer['requests']> =>
  eventually(
    () => Promise.resolve(sink.requests),
    (all) => all.length > 0,
  );

describe('health_check', () => {
  it('with the first example', async () => {
    const { collector, ports, a } = await start(fixture('health_check.example'));
    const { status, text } = await read(a);
    expect([status, JSON.parse(text)]).toMatchObject([200, { status: 'Server available' }]);
    expect((await read(`${a}/other`)).status).toBe(404);
    expect(await overTls(ports.b, '/health/status')).toBe(200);
    expect(await sendWith(collector, {})).toBe(200);
    expect((await arrived()).length).toBe(1);
  });

  it('with every key', async () => {
    const { collector, a } = await start(fixture('health_check.every-key'));
    expect((await read(`${a}/health`)).status).toBe(401);
    const { status, text, headers } = await read(`${a}/health`, basic('probe', 'secret'));
    expect([status, text, headers.get('x-served-by')]).toEqual([200, 'fine', 'probe']);
    sink.handler = (_request, response) => void response.writeHead(503).end();
    expect(await sendWith(collector, {})).toBe(200);
  });

  it('is unwell while an exporter fails, where that is wanted', async () => {
    const check = '{enabled: true, exporter_failure_threshold: 2}';
    const { collector, a } = await start(
      `extensions:\n  health_check: {endpoint: "127.0.0.1:\${env:PORT_A}", check_collector_pipeline: ${check}}`,
      { client: '    retry_on_failure: {initial_interval: 10ms, max_interval: 20ms}' },
    );
    sink.handler = (_request, response) => void response.writeHead(503).end();
    expect((await read(a)).status).toBe(200);
    await sendWith(collector, {});
    const unwell = await eventually(
      () => read(a),
      ({ status }) => status === 503,
    );
    expect(unwell.text).toContain('exporter otlp_http failed');
    sink.handler = (_request, response) => void response.end();
    await eventually(
      () => read(a),
      ({ status }) => status === 200,
    );
  });
});

function overTls(port: number, path: string): Promise<number> {
  const ca = readFileSync(join(TLS_FOLDER, 'cert.pem'));
  return new Promise((done, fail) => {
    const sent = httpsRequest({ port, host: 'localhost', path, ca, agent: false }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    sent.on('error', fail).end();
  });
}

describe('zpages', () => {
  it('with the first example', async () => {
    const { collector, a } = await start(fixture('zpages.example'));
    await sendWith(collector, {});
    await arrived();
    const pages = ['servicez', 'pipelinez', 'extensionz', 'featurez', 'tracez'];
    for (const name of pages) {
      const { status, text } = await read(`${a}/debug/${name}`);
      expect([name, status, text.startsWith('<!doctype html>')]).toEqual([name, 200, true]);
    }
    const pipelines = await eventually(
      () => read(`${a}/debug/pipelinez`),
      ({ text }) =>
        /<td>exporter<\/td><td>otlp_http<\/td><td class="n">1<\/td><td class="n">1<\/td>/.test(
          text,
        ),
    );
    expect(pipelines.text).toContain('<h2 id="logs">logs</h2>');
    expect((await read(`${a}/debug/extensionz`)).text).toContain('<td>zpages</td>');
    expect((await read(`${a}/debug/expvarz`)).status).toBe(404);
  });

  it('with every key', async () => {
    const { collector, a } = await start(fixture('zpages.every-key'));
    expect(await sendWith(collector, {})).toBe(200);
    expect((await read(`${a}/debug/servicez`)).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    const page = await read(`${a}/debug`, headers);
    expect([page.status, page.headers.get('x-served-by')]).toEqual([200, 'zpages']);
    const numbers: unknown = JSON.parse((await read(`${a}/debug/expvarz`, headers)).text);
    expect(numbers).toMatchObject({ memstats: { rss: expect.any(Number) } });
  });
});

/** Names of functions in a profile, and how many samples it has. */
function readProfile(packed: Buffer): { names: Set<string>; samples: number } {
  const cursor = new ProtobufCursor(gunzipSync(packed));
  const names = new Set<string>();
  let samples = 0;
  while (cursor.next()) {
    if (cursor.field === 2) samples++;
    if (cursor.field === 6) names.add(cursor.string());
  }
  expect(cursor.fault).toBeUndefined();
  return { names, samples };
}

async function readBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function busyWork(untilMs: number): number {
  let sum = 0;
  while (performance.now() < untilMs) sum += Math.sqrt(sum + 1);
  return sum;
}

describe('pprof', () => {
  it('with the first example', async () => {
    const { collector, a } = await start(fixture('pprof.example'));
    expect(await sendWith(collector, {})).toBe(200);
    const kept: number[][] = [];
    const asked = readBytes(`${a}/debug/pprof/profile?seconds=0.6`);
    const second = new Promise((done) => setTimeout(done, 200)).then(() =>
      read(`${a}/debug/pprof/profile?seconds=1`),
    );
    const timer = setInterval(() => {
      busyWork(performance.now() + 20);
      kept.push(Array.from({ length: 20_000 }, (_, at) => at / 3));
    }, 30);
    const cpu = readProfile(await asked);
    clearInterval(timer);
    expect((await second).status).toBe(500);
    expect(cpu.names).toContain('busyWork');
    expect(cpu.names).toContain('nanoseconds');
    expect(cpu.names).not.toContain('(idle)');
    expect(cpu.samples).toBeGreaterThan(0);
    const heap = readProfile(await readBytes(`${a}/debug/pprof/heap?gc=1`));
    expect([heap.names.has('inuse_space'), heap.samples > 0, kept.length > 0]).toEqual([
      true,
      true,
      true,
    ]);
    expect((await read(`${a}/debug/pprof/`)).text).toContain('/debug/pprof/heap');
    const none = await read(`${a}/debug/pprof/goroutine`);
    expect([none.status, none.text]).toEqual([404, '404 goroutine: there are no goroutines\n']);
  });

  it('with every key: the profile of the whole run is in the file', async () => {
    const { collector } = await start(fixture('pprof.every-key'));
    expect(await sendWith(collector, {})).toBe(200);
    busyWork(performance.now() + 100);
    await collector.stop();
    expect(readProfile(readFileSync(join(folder, 'cpu.pb.gz'))).names).toContain('busyWork');
  });
});

describe('file_storage', () => {
  const QUEUE = '    sending_queue: {storage: file_storage, queue_size: 1, on_full: drop_oldest}';

  it('with the first example', async () => {
    const { collector } = await start(fixture('file_storage.example'), { client: QUEUE });
    expect(await sendWith(collector, {})).toBe(200);
    expect((await arrived()).length).toBe(1);
  });

  it('with every key: the folder is made, and the queue lies in it', async () => {
    sink.handler = (_request, response) => void response.writeHead(503).end();
    const { collector } = await start(fixture('file_storage.every-key'), {
      client: '    sending_queue: {storage: file_storage}',
    });
    expect(await sendWith(collector, {})).toBe(200);
    await arrived();
    expect(statSync(join(folder, 'made', 'here')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, 'made', 'here', 'otlp_http'))).toBe(true);
    await collector.stop(); // its queue lies in the folder that goes
  });

  it.each([
    ['otlp_http', 'otlp_http'],
    ['otlp/jaeger', 'otlp~002Fjaeger'],
    ['otlp/a~b?é', 'otlp~002Fa~007Eb~003F~00E9'],
    ['..', '~002E~002E'],
  ])('the folder of %s is %s', async (component, name) => {
    const { extension } = await runExtension(fileStorage, { directory: folder });
    expect(await extension.folder?.(component)).toBe(join(folder, name));
    expect(statSync(join(folder, name)).isDirectory()).toBe(true);
  });

  it('says what to do where the folder is missing', async () => {
    const block = `extensions:\n  file_storage: {directory: "${folder}/none"}`;
    await expect(start(block)).rejects.toMatchObject({
      code: 'FILE_STORAGE_FOLDER',
      message: expect.stringContaining('create_directory: true'),
    });
  });
});

describe('basic_auth', () => {
  beforeEach(() => {
    writeFileSync(join(folder, '.htpasswd'), 'file:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nenv:other');
    writeFileSync(join(folder, 'user'), 'ann\n');
    writeFileSync(join(folder, 'password'), 'a:b\n');
  });

  it('with the first example', async () => {
    const { collector } = await start(fixture('basic_auth.example'), {
      server: 'basicauth/server',
      client: '    auth: {authenticator: basicauth/client}',
    });
    expect(await sendWith(collector, {})).toBe(401);
    expect(await sendWith(collector, basic('env', 'other'))).toBe(401);
    expect(await sendWith(collector, basic('env', 'from env'))).toBe(200);
    expect(await sendWith(collector, basic('file', 'secret'))).toBe(200);
    expect((await arrived())[0]?.headers.authorization).toBe(
      basic('username', 'password')['authorization'],
    );
  });

  it('with every key, and files that change', async () => {
    const { collector } = await start(fixture('basic_auth.every-key'), {
      server: 'basic_auth/server',
      client: '    auth: {authenticator: basic_auth/client}',
    });
    expect(await sendWith(collector, basic('inline', 'pass'))).toBe(200);
    expect((await arrived())[0]?.headers.authorization).toBe(basic('ann', 'a:b')['authorization']);
    writeFileSync(join(folder, '.htpasswd'), 'new:user with a longer line');
    await eventually(
      () => sendWith(collector, basic('new', 'user with a longer line')),
      (status) => status === 200,
    );
    expect(await sendWith(collector, basic('file', 'secret'))).toBe(401);
    writeFileSync(join(folder, '.htpasswd'), 'no line of that kind at all');
    await new Promise((done) => setTimeout(done, 1200));
    expect(await sendWith(collector, basic('new', 'user with a longer line'))).toBe(200);
  });
});

describe('bearer_token_auth', () => {
  it('with the first example', async () => {
    writeFileSync(join(folder, 'file-containing.token'), 'one\n\ntwo\n');
    const { collector } = await start(fixture('bearer_token_auth.example'), {
      server: 'bearertokenauth',
      client: '    auth: {authenticator: bearertokenauth/withscheme}',
    });
    const tokens = ['two', 'one', 'somerandomtoken', ''];
    const statuses = [];
    for (const token of tokens)
      statuses.push(await sendWith(collector, { authorization: `Bearer ${token}` }));
    expect(statuses).toEqual([200, 200, 401, 401]);
    expect((await arrived())[0]?.headers.authorization).toBe('Bearer randomtoken');
  });

  it('with every key: a token that comes late', async () => {
    const { collector } = await start(fixture('bearer_token_auth.every-key'), {
      server: 'bearer_token_auth/server',
      client:
        '    auth: {authenticator: bearer_token_auth/client}\n    retry_on_failure: {initial_interval: 50ms}',
    });
    expect(await sendWith(collector, { 'x-key': 'Key second' })).toBe(200);
    expect(await sendWith(collector, { 'x-key': 'Key third' })).toBe(401);
    expect(sink.requests.length).toBe(0);
    writeFileSync(join(folder, 'late.token'), 'now');
    expect((await arrived())[0]?.headers['x-key']).toBe('Key now');
  });
});

it('there is a test for every file', () => {
  const source = readFileSync(import.meta.filename, 'utf8');
  const files = globSync('*.yaml', { cwd: FOLDER }).map((name) => name.replace(/\.yaml$/, ''));
  expect(files.filter((name) => !source.includes(`fixture('${name}')`))).toEqual([]);
});
