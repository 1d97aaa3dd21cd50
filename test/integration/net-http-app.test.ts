import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/app-error.ts';
import { Access, type AccessSettings } from '../../src/net/access.ts';
import { type AppSettings, type RunningApp, serveApp } from '../../src/net/http-app.ts';
import { bytesReply, jsonReply, textReply } from '../../src/net/http-message.ts';
import { sseReply } from '../../src/net/sse.ts';

const running: RunningApp[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.stop(200);
});

type Overrides = Partial<AppSettings> & { readonly who?: Partial<AccessSettings> };

async function serve({ who, ...overrides }: Overrides): Promise<string> {
  const app = await serveApp({
    groups: [],
    access: new Access({ token: undefined, loopbackOnly: true, ...who }),
    hosts: ['127.0.0.1'],
    port: 0,
    flag: '--http-port',
    what: 'the API',
    ...overrides,
  });
  running.push(app);
  return `http://127.0.0.1:${app.port}`;
}

const bodyOf = async (response: Response): Promise<{ error: { code: string; message: string } }> =>
  JSON.parse(await response.text());

describe('routing', () => {
  const groups: AppSettings['groups'] = [
    {
      owner: 'test',
      routes: [
        { method: 'GET', path: '/items/:id', handle: ({ params }) => jsonReply(params) },
        { method: 'GET', path: '/items/first', handle: () => textReply('first') },
        { method: 'POST', path: '/items/:id', handle: async (r) => jsonReply(await r.json()) },
        { method: 'GET', path: '/files/*path', handle: ({ params }) => jsonReply(params) },
        {
          method: ['GET', 'POST'],
          path: '/query',
          handle: async (r) => textReply((await r.form()).getAll('q').join()),
        },
        {
          method: 'GET',
          path: '/fails',
          handle: () => {
            throw new Error('secret detail');
          },
        },
        {
          method: 'GET',
          path: '/busy',
          handle: () => {
            throw new AppError('ENGINE_RESTARTING', { message: 'wait', retryable: true });
          },
        },
      ],
    },
  ];

  it.each([
    ['GET', '/items/a%2Fb', 200, '{"id":"a/b"}'],
    ['GET', '/items/first', 200, 'first'],
    ['GET', '/files/a/b.js', 200, '{"path":"a/b.js"}'],
    ['GET', '/query?q=1&q=2', 200, '1,2'],
    ['GET', '/busy', 503, expect.stringContaining('"retryable":true')],
    ['GET', '/items/%zz', 400, expect.stringContaining('HTTP_BAD_PATH')],
    ['GET', '/nothing', 404, expect.stringContaining('HTTP_NOT_FOUND')],
    ['DELETE', '/items/1', 405, expect.stringContaining('GET, HEAD, POST')],
    ['HEAD', '/items/first', 200, ''],
  ])('%s %s: %i', async (method, path, status, text) => {
    const response = await fetch((await serve({ groups })) + path, { method });
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  it('reads forms and compressed JSON, and refuses what is no JSON', async () => {
    const url = await serve({ groups });
    const form = await fetch(`${url}/query?q=1`, {
      method: 'POST',
      body: new URLSearchParams({ q: '2' }),
    });
    expect(await form.text()).toBe('1,2');
    const post = (body: string | Buffer, headers = {}) =>
      fetch(`${url}/items/1`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
    const packed = await post(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' });
    expect(await packed.text()).toBe('{"a":1}');
    expect((await post('{')).status).toBe(400);
    expect((await post(Buffer.alloc(5 * 1024 * 1024))).status).toBe(413);
    expect((await post('{}', { 'content-encoding': 'rot13' })).status).toBe(415);
  });

  it('answers a bug with 500, tells it to the server and not to the client', async () => {
    const bugs: unknown[] = [];
    const url = await serve({ groups, onBug: (error, where) => bugs.push([String(error), where]) });
    const response = await fetch(`${url}/fails`);
    expect(response.status).toBe(500);
    expect(JSON.stringify(await bodyOf(response))).not.toContain('secret');
    expect(bugs).toEqual([['Error: secret detail', 'GET /fails']]);
  });

  it('finds two owners of one path at the start', async () => {
    const route = { method: 'GET', path: '/a/:x', handle: () => textReply('') } as const;
    const two = [
      { owner: 'loki', routes: [route] },
      { owner: 'tempo', routes: [{ ...route, path: '/a/:y' }] },
    ];
    await expect(serve({ groups: two })).rejects.toThrow('two owners: loki and tempo');
  });

  it('strips the base path, and gives the rest to the fallback', async () => {
    const url = await serve({
      groups,
      basePath: '/tl',
      fallback: ({ path }) => textReply(`ui ${path}`),
    });
    const texts = ['/tl/items/first', '/tl/trace/1', '/tl', '/items/first'].map(async (path) =>
      (await fetch(url + path)).text(),
    );
    expect(await Promise.all(texts)).toEqual(['first', 'ui /trace/1', 'ui /', 'first']);
  });
});

describe('answers', () => {
  it('packs large JSON for those who accept it', async () => {
    const value = { text: 'x'.repeat(100_000) };
    const url = await serve({
      groups: [
        { owner: 't', routes: [{ method: 'GET', path: '/', handle: () => jsonReply(value) }] },
      ],
    });
    const raw = async (encoding: string) => {
      const request = httpRequest(url, { headers: { 'accept-encoding': encoding } }).end();
      const [response] = await once(request, 'response');
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return { encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) };
    };
    const packed = await raw('br, gzip');
    expect(packed.encoding).toBe('gzip');
    expect(packed.body.length).toBeLessThan(2000);
    expect(JSON.parse(gunzipSync(packed.body).toString())).toEqual(value);
    expect((await raw('gzip;q=0')).encoding).toBeUndefined();
  });

  it('stops a stream and aborts its request when the client goes away', async () => {
    const events: string[] = [];
    const url = await serve({
      groups: [
        {
          owner: 't',
          routes: [
            {
              method: 'GET',
              path: '/',
              handle: ({ signal }) => {
                signal.addEventListener('abort', () => events.push('aborted'));
                return bytesReply('application/octet-stream', endless());
              },
            },
          ],
        },
      ],
    });
    async function* endless() {
      try {
        for (;;) {
          yield Buffer.alloc(65_536);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        events.push('released');
      }
    }
    const stop = new AbortController();
    const response = await fetch(url, { signal: stop.signal });
    await response.body?.getReader().read();
    stop.abort();
    await expect.poll(() => events.toSorted()).toEqual(['aborted', 'released']);
  });

  it('sends events, and goes on behind the last one after a reconnect', async () => {
    const url = await serve({
      groups: [
        {
          owner: 't',
          routes: [
            {
              method: 'GET',
              path: '/',
              handle: (request) =>
                sseReply(request, async function* ({ lastEventId, signal }) {
                  const from = Number(lastEventId ?? 0);
                  for (let id = from + 1; id <= from + 2; id++) {
                    yield { id: String(id), event: 'tick', data: { id, text: 'a\nb' } };
                  }
                  await new Promise((resolve) => signal.addEventListener('abort', resolve));
                }),
            },
          ],
        },
      ],
    });
    const stop = new AbortController();
    const response = await fetch(url, { headers: { 'last-event-id': '7' }, signal: stop.signal });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('id: 9') || !text.endsWith('\n\n')) {
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    }
    expect(text).toBe(
      'retry: 2000\n\n' +
        'id: 8\nevent: tick\ndata: {"id":8,"text":"a\\nb"}\n\n' +
        'id: 9\nevent: tick\ndata: {"id":9,"text":"a\\nb"}\n\n',
    );
    stop.abort();
  });

  it('lets an answer finish when stopping, and cuts what takes longer than the deadline', async () => {
    const route = (path: string, ms: number) => ({
      method: 'GET' as const,
      path,
      handle: async () => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return textReply('done');
      },
    });
    const url = await serve({
      groups: [{ owner: 't', routes: [route('/slow', 150), route('/stuck', 60_000)] }],
    });
    const slow = fetch(`${url}/slow`).then((response) => response.text());
    const stuck = fetch(`${url}/stuck`).then(
      () => 'answered',
      () => 'cut',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = Date.now();
    await running.pop()?.stop(400);
    expect(Date.now() - before).toBeLessThan(1500);
    expect(await Promise.all([slow, stuck])).toEqual(['done', 'cut']);
  });
});

describe('who gets in', () => {
  const groups: AppSettings['groups'] = [
    {
      owner: 't',
      routes: [
        { method: ['GET', 'POST'], path: '/', handle: () => textReply('in') },
        { method: 'GET', path: '/livez', open: true, handle: () => textReply('ok') },
      ],
    },
  ];
  const ask = async (url: string, method: string, headers: Record<string, string>) => {
    const request = httpRequest(url, { method, headers }).end();
    const [response] = await once(request, 'response');
    response.resume();
    return response.statusCode;
  };

  it.each<[name: string, method: string, headers: Record<string, string>, status: number]>([
    ['this machine', 'GET', {}, 200],
    ['localhost', 'GET', { host: 'localhost:16686' }, 200],
    ['IPv6', 'GET', { host: '[::1]:16686' }, 200],
    ['a foreign name that points here', 'GET', { host: 'evil.example' }, 403],
    ['no such trick', 'GET', { host: 'localhost.evil.example' }, 403],
    ['our own page', 'POST', { host: 'localhost:1', origin: 'http://localhost:1' }, 200],
    ['another page', 'POST', { host: 'localhost:1', origin: 'http://evil.example' }, 403],
    ['another port', 'POST', { host: 'localhost:1', origin: 'http://localhost:2' }, 403],
    ['a sandboxed frame', 'GET', { host: 'localhost:1', origin: 'null' }, 403],
    ['an allowed page', 'POST', { origin: 'https://grafana.example' }, 200],
    ['an allowed name', 'GET', { host: 'tl.example:80' }, 200],
  ])('%s', async (_name, method, headers, status) => {
    const who = { allowedOrigins: ['https://grafana.example'], allowedHosts: ['tl.example'] };
    expect(await ask(await serve({ groups, who }), method, headers)).toBe(status);
  });

  it('lets pages of an allowed origin read, and no others', async () => {
    const who = { allowedOrigins: ['https://*.example'] };
    const url = await serve({ groups, who });
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const origin = 'https://grafana.example';
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin, ...asked } });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      expect.stringContaining('POST'),
    ]);
    const answer = await fetch(url, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    const other = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', ...asked },
    });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('wants the token, as Bearer or as the cookie of a login', async () => {
    const token = 'correct-horse';
    const url = await serve({ groups, who: { token, loopbackOnly: false } });
    expect(await ask(url, 'GET', {})).toBe(401);
    expect(await ask(url, 'GET', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await ask(url, 'GET', { authorization: `Bearer ${token}` })).toBe(200);
    expect(await ask(`${url}/livez`, 'GET', {})).toBe(200);
    expect(await ask(`${url}/nothing`, 'GET', {})).toBe(401);

    const page = await fetch(`${url}/x?a=1`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login?next=%2Fx%3Fa%3D1']);
    const login = (fields: Record<string, string>) =>
      fetch(`${url}/login`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
    expect((await login({ token: 'wrong' })).status).toBe(401);
    const good = await login({ token, next: '/trace/1' });
    expect([good.status, good.headers.get('location')]).toEqual([303, '/trace/1']);
    const cookie = good.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookie).not.toContain(token);
    expect(await ask(url, 'GET', { cookie: cookie.split(';')[0] ?? '' })).toBe(200);
    expect((await login({ token, next: '//evil.example' })).headers.get('location')).toBe('/');
  });
});

it('says which process has the port, and which flag to use', async () => {
  const url = await serve({});
  const port = Number(new URL(url).port);
  const who = process.platform === 'linux' ? `pid ${process.pid}` : 'Another process';
  await expect(serve({ port })).rejects.toMatchObject({
    code: 'NET_PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`${port} for the API.*${who}.*--http-port`)),
  });
  await expect(serve({ hosts: ['203.0.113.7'] })).rejects.toMatchObject({
    code: 'NET_ADDRESS_NOT_HERE',
  });
});

it('survives garbage and answers others', async () => {
  const url = await serve({ groups: [{ owner: 't', routes: [] }] });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.from('\u0016\u0003\u0001 garbage\r\n\r\n'));
  socket.resume();
  await once(socket, 'close');
  expect((await fetch(url)).status).toBe(404);
});
