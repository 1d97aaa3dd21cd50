// Bodies read piece by piece, over a real connection: every encoding, damage, bombs, clients that go away, and readers that
// stop early.

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Access } from '../../src/net/access.ts';
import { type RunningApp, serveApp } from '../../src/net/http-app.ts';
import type { HttpRequest } from '../../src/net/http-message.ts';
import { jsonReply } from '../../src/net/http-message.ts';

let app: RunningApp;
let url = '';
/** What the handler of /count has told of requests whose client did not wait. */
const failures: string[] = [];

beforeAll(async () => {
  app = await serveApp({
    groups: [
      {
        owner: 'test',
        routes: [
          { method: 'POST', path: '/count', handle: count },
          { method: 'POST', path: '/first', handle: first },
        ],
      },
    ],
    access: new Access({ token: undefined, loopbackOnly: true }),
    hosts: ['127.0.0.1'],
    port: 0,
    flag: '--http-port',
    what: 'the API',
  });
  url = `http://127.0.0.1:${app.port}`;
});
afterAll(async () => await app.stop(200));

async function count(request: HttpRequest) {
  let bytes = 0;
  let sum = 0;
  try {
    for await (const piece of request.pieces()) {
      bytes += piece.length;
      for (const byte of piece) sum = (sum + byte) % 65_521;
    }
  } catch (error) {
    failures.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    throw error;
  }
  return jsonReply({ bytes, sum });
}

async function first(request: HttpRequest) {
  for await (const piece of request.pieces()) return jsonReply({ bytes: piece.length });
  return jsonReply({ bytes: 0 });
}

async function post(
  path: string,
  body: Buffer,
  encoding?: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: encoding === undefined ? {} : { 'content-encoding': encoding },
    body: new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
}

const BODY = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 8)) % 251));
const SUM = BODY.reduce((sum, byte) => (sum + byte) % 65_521, 0);

describe('pieces', () => {
  it.each([
    ['identity', BODY],
    ['gzip', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['zstd', zstdCompressSync(BODY)],
  ])('%s', async (encoding, packed) => {
    const { status, text } = await post('/count', packed, encoding);
    expect([status, text]).toEqual([200, JSON.stringify({ bytes: BODY.length, sum: SUM })]);
  });

  it('of several gzip members are one body', async () => {
    const packed = Buffer.concat([gzipSync(BODY), gzipSync(BODY)]);
    expect((await post('/count', packed, 'gzip')).text).toContain(`"bytes":${BODY.length * 2}`);
  });

  const cut = gzipSync(BODY).subarray(0, 1_000);
  const twoFrames = Buffer.concat([zstdCompressSync(BODY), zstdCompressSync(BODY)]);
  const bomb = gzipSync(Buffer.alloc(64 << 20));
  it.each([
    ['cut off', cut, 'gzip', 400, 'HTTP_BAD_BODY'],
    ['not what was said', BODY, 'gzip', 400, 'HTTP_BAD_BODY'],
    ['a second zstd frame, which would be dropped', twoFrames, 'zstd', 400, 'HTTP_BAD_BODY'],
    ['a bomb', bomb, 'gzip', 413, 'HTTP_BODY_TOO_LARGE'],
    ['an encoding that is not known', BODY, 'lzw', 415, 'HTTP_BAD_MEDIA_TYPE'],
  ])('%s is refused', async (_name, packed, encoding, status, code) => {
    const answer = await post('/count', packed, encoding);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(code);
  });

  it('end with an error when the client goes away: the rest is missing', async () => {
    failures.length = 0;
    const request = httpRequest(`${url}/count`, {
      method: 'POST',
      headers: { 'content-length': '1000000' },
    });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(100_000));
    await once(request, 'socket');
    setTimeout(() => request.destroy(), 50);
    await expect.poll(() => failures, { timeout: 5_000 }).toEqual(['HTTP_BODY_CUT_OFF']);
  });

  it('need not be read to the end', async () => {
    const { status, text } = await post('/first', Buffer.concat([BODY, BODY, BODY]));
    expect(status).toBe(200);
    expect((JSON.parse(text) as { bytes: number }).bytes).toBeLessThan(BODY.length * 3);
  });
});
