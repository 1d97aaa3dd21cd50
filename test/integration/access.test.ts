// Who gets in: loopback by default, with Host and Origin checked; beyond loopback a token, as Bearer or as the login
// page's cookie; senders too where an ingest token is set; health for everybody.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { throughline } from '../support/cli.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const STATUS = '/api/throughline/v1/status';
const JSON_TYPE = { 'content-type': 'application/json' };
const EMPTY = JSON.stringify({ resourceSpans: [] });

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('on loopback', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each<[status: number, host: string]>([
    [200, 'localhost'],
    [200, 'localhost:16686'],
    [200, '127.0.0.1:16686'],
    [200, '[::1]:16686'],
    [200, 'shop.localhost'],
    [403, 'evil.example'],
    [403, 'evil.example:16686'],
    [403, 'localhost.evil.example'],
    [403, '192.168.1.7:16686'],
    [403, '169.254.169.254'],
  ])('%i for the Host %s', async (status, host) => {
    const answer = await ask(server.ports.http, STATUS, { headers: { host } });
    expect(answer.status).toBe(status);
    const page = await ask(server.ports.http, '/', { headers: { host } });
    expect(page.status === 403).toBe(status === 403);
  });

  it.each<[status: number, what: string, method: string, headers: Record<string, string>]>([
    [200, 'its own page reads', 'GET', { origin: 'http://127.0.0.1:PORT' }],
    [
      403,
      'another site reads',
      'GET',
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ],
    [403, 'a sandboxed page reads', 'GET', { origin: 'null' }],
    [403, 'another site posts', 'POST', { origin: 'https://evil.example' }],
    [
      403,
      'another site posts a form',
      'POST',
      { origin: 'https://evil.example', 'content-type': 'text/plain' },
    ],
    [403, 'another port of this machine posts', 'POST', { origin: 'http://localhost:3000' }],
    [403, 'a page without a name posts', 'POST', { origin: 'null' }],
    [404, 'its own page posts', 'POST', { origin: 'http://127.0.0.1:PORT' }],
    [404, 'a tool posts', 'POST', {}],
  ])('%i when %s', async (status, _, method, headers) => {
    const path = method === 'GET' ? STATUS : '/api/throughline/v1/demo';
    const real = Object.entries(headers).map(([key, value]) => [
      key,
      value.replace('PORT', String(server.ports.http)),
    ]);
    const body = method === 'POST' ? '{"scenario":"healthy"}' : undefined;
    const answer = await ask(server.ports.http, path, {
      method,
      headers: { ...JSON_TYPE, ...Object.fromEntries(real) },
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it.skipIf(outside === undefined)('nothing listens on other addresses', async () => {
    for (const port of Object.values(server.ports)) {
      await expect(ask(port, '/', { address: outside ?? '' })).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    }
  });

  it('no token is made', () => {
    expect(() => readFileSync(join(server.data, 'token'))).toThrow('ENOENT');
    expect(server.output()).not.toContain('token');
  });
});

describe('with --host 0.0.0.0', () => {
  let data = '';
  let server: TestServer;
  let token = '';
  beforeAll(async () => {
    data = temporaryFolder();
    server = await startServer({ data, args: ['--host=0.0.0.0'] });
    token = readFileSync(join(data, 'token'), 'utf8').trim();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(data, { recursive: true });
  });
  const get = (path: string, headers: Record<string, string> = {}, port = server.ports.http) =>
    ask(port, path, { headers });

  it('makes a token of its own, for the owner’s eyes, printed once', async () => {
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(data, 'token')).mode & 0o777).toBe(0o600);
    expect(server.output().split(token)).toHaveLength(2);
    expect(server.output()).toContain('takes data from anybody; --ingest-token closes it');
    await server.stop();
    server = await startServer({ data, args: ['--host=0.0.0.0'] });
    expect(server.output()).not.toContain(token);
    expect(readFileSync(join(data, 'token'), 'utf8').trim()).toBe(token);
  });

  it.each(['/api/throughline/v1/status', '/api/throughline/v1/traces', '/metrics'])(
    '%s wants the token',
    async (path) => {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await get(path, { authorization: `Bearer ${token}` })).status).toBe(200);
    },
  );

  it('a person is led to the login page, and gets in with its cookie', async () => {
    const port = server.ports.http;
    const page = await get('/traces?q=x', { accept: 'text/html' });
    expect(page).toMatchObject({
      status: 303,
      headers: { location: expect.stringContaining('/login?next=') },
    });
    const login = await get(String(page.headers['location']), { accept: 'text/html' });
    expect(login).toMatchObject({ status: 200, body: expect.stringContaining('<form') });
    expect(login.body).not.toContain('<script');
    const send = (body: string) =>
      ask(port, '/login', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    expect((await send('token=wrong')).status).toBe(401);
    const entered = await send(`token=${token}&next=%2Ftraces`);
    expect(entered).toMatchObject({ status: 303, headers: { location: '/traces' } });
    const [cookie = ''] = [entered.headers['set-cookie'] ?? ''].flat();
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(token);
    const session = { cookie: cookie.split(';')[0] ?? '' };
    expect((await get(STATUS, session)).status).toBe(200);
    expect((await send(`token=${token}&next=%2F%2Fevil.example`)).headers['location']).toBe('/');
    const forged = { cookie: session.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    expect((await get(STATUS, forged)).status).toBe(401);
  });

  it('health is open on both ports, OTLP takes data', async () => {
    for (const port of [server.ports.http, server.ports.health]) {
      expect((await get('/livez', {}, port)).status).toBe(200);
      expect((await get('/readyz', {}, port)).status).toBe(200);
    }
    const sent = { method: 'POST', headers: JSON_TYPE, body: EMPTY };
    expect((await ask(server.ports.otlpHttp, '/v1/traces', sent)).status).toBe(200);
  });

  it('query commands find the token in DIR/token', async () => {
    expect(await throughline(['traces', '--data', data])).toMatchObject({ code: 0 });
    const refused = await throughline(['traces', '--server', server.url, '--data', '/nowhere']);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('token');
  });
});

it('THROUGHLINE_TOKEN is the token, also for commands; none is made', async () => {
  const env = { THROUGHLINE_TOKEN: 'correct horse battery staple' };
  const server = await startServer({
    args: ['--host=0.0.0.0'],
    env: { THROUGHLINE_TOKEN: 'horse-battery' },
  });
  const { http } = server.ports;
  const authorization = 'Bearer horse-battery';
  expect((await ask(http, STATUS, { headers: { authorization } })).status).toBe(200);
  expect((await ask(http, STATUS)).status).toBe(401);
  expect(() => statSync(join(server.data, 'token'))).toThrow('ENOENT');
  expect(server.output()).not.toContain('horse-battery');
  const args = ['traces', '--server', server.url];
  const known = await throughline(args, { env: { THROUGHLINE_TOKEN: 'horse-battery' } });
  expect(known.code).toBe(0);
  expect((await throughline(args, { env })).code).not.toBe(0);
  await server.stop();
});

it('--token-file: its text is the token; a file that cannot be read is an error', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'secret');
  writeFileSync(path, 'from-a-file\n');
  const server = await startServer({ args: ['--host=0.0.0.0', `--token-file=${path}`] });
  const authorization = 'Bearer from-a-file';
  expect((await ask(server.ports.http, STATUS, { headers: { authorization } })).status).toBe(200);
  await server.stop();
  mkdirSync(join(folder, 'data'));
  const args = ['--host=0.0.0.0', '--http-port=0', '--otlp-grpc-port=0', '--otlp-http-port=0'];
  const missing = [
    `--data=${join(folder, 'data')}`,
    `--token-file=${folder}/none`,
    '--health-port=0',
  ];
  const refused = await throughline([...args, ...missing]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('TOKEN_UNREADABLE') });
  rmSync(folder, { recursive: true });
});

it('--ingest-token closes OTLP to senders without it, on both ports and protocols', async () => {
  const server = await startServer({ args: ['--host=0.0.0.0', '--ingest-token=let-me-send'] });
  expect(server.output()).toContain('wants the ingest token');
  for (const port of [server.ports.otlpHttp, server.ports.otlpGrpc]) {
    const send = (headers: Record<string, string>) =>
      ask(port, '/v1/traces', {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: EMPTY,
      });
    expect((await send({})).status).toBe(401);
    expect((await send({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send({ authorization: 'Bearer let-me-send' })).status).toBe(200);
  }
  await server.stop();
});

it('behind a proxy under a path: UI and APIs live there, under the proxy’s name', async () => {
  const args = ['--base-path=/tools/throughline', '--allowed-host=tools.example'];
  const server = await startServer({ args });
  const { http } = server.ports;
  const headers = { host: 'tools.example', origin: 'https://tools.example' };
  const under = await ask(http, `/tools/throughline${STATUS}`, { headers });
  expect(under.status).toBe(200);
  const page = await ask(http, '/tools/throughline/', { headers: { host: 'tools.example' } });
  expect(page.status).toBe(200);
  expect(page.body).toContain('/tools/throughline/');
  expect(
    (await ask(http, `/tools/throughline${STATUS}`, { headers: { host: 'other.example' } })).status,
  ).toBe(403);
  await server.stop();
});
