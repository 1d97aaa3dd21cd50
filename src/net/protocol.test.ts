import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cors } from './cors.ts';
import { compress } from 'snappyjs';
import { decompress, encodingOf, looksCompressed } from './decompress.ts';
import { encodeGrpcMessage, frameOf, isGrpc, unaryMessage } from './grpc-message.ts';
import { Router } from './http-router.ts';
import { textReply } from './http-message.ts';
import { protocolOf } from './sniff.ts';

const LIMITS = { maxBytes: 4 * 1024 * 1024, maxRatio: 200 };

describe('protocolOf', () => {
  it.each([
    ['PRI * HTTP/2.0', 'http2'],
    ['POST / HTTP/1.1', 'http1'],
    ['PRO', 'http1'],
    ['\u0016\u0003\u0001', 'tls'],
    ['\u0016\u0002\u0001', 'http1'],
  ])('%j is %s', (first, protocol) => {
    expect(protocolOf(Buffer.from(first, 'latin1'))).toBe(protocol);
  });
});

describe('decompress', () => {
  it('never gives more than its limit, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('gzip', 'zstd', 'deflate', 'br', 'snappy'),
        (bytes, encoding) => {
          const encoded = encodingOf(encoding) ?? 'identity';
          const length = lengthOrCode(() => decompress(Buffer.from(bytes), encoded, LIMITS));
          expect(['HTTP_BAD_BODY', 'HTTP_BODY_TOO_LARGE']).toContain(
            Number(length) <= LIMITS.maxBytes ? 'HTTP_BAD_BODY' : length,
          );
        },
      ),
    );
  });

  it.each([
    ['exactly the limit', LIMITS.maxBytes, 4, undefined],
    ['one byte more', LIMITS.maxBytes + 1, 4, 'HTTP_BODY_TOO_LARGE'],
  ])('%s', (_name, size, noise, code) => {
    // Every fourth byte is different, so that the ratio stays small.
    const plain = Buffer.from(
      Uint32Array.from({ length: Math.ceil(size / noise) }, (_, n) => n * 2_654_435_761).buffer,
    ).subarray(0, size);
    for (const packed of [gzipSync(plain, { level: 1 }), zstdCompressSync(plain)]) {
      const run = () => decompress(packed, looksCompressed(packed) ?? 'identity', LIMITS).length;
      expect(code === undefined ? run() : codeOf(run)).toBe(code ?? size);
    }
  });

  it('reads snappy, and does not believe its length', () => {
    const plain = Buffer.from('snap '.repeat(1000));
    const packed = Buffer.from(compress(new Uint8Array(plain)));
    expect(decompress(packed, 'snappy', LIMITS).equals(plain)).toBe(true);
    const lying = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61]);
    expect(codeOf(() => decompress(lying, 'snappy', LIMITS))).toBe('HTTP_BODY_TOO_LARGE');
    expect(codeOf(() => decompress(Buffer.from([5, 0xff]), 'snappy', LIMITS))).toBe(
      'HTTP_BAD_BODY',
    );
  });

  it('reads all frames of zstd, and refuses what follows them', () => {
    const frames = ['one, ', 'two, ', 'three'].map((text) => zstdCompressSync(Buffer.from(text)));
    expect(decompress(Buffer.concat(frames), 'zstd', LIMITS).toString()).toBe('one, two, three');
    const trailing = Buffer.concat([...frames, Buffer.from('tail')]);
    expect(codeOf(() => decompress(trailing, 'zstd', LIMITS))).toBe('HTTP_BAD_BODY');
  });
});

const lengthOrCode = (run: () => Buffer): unknown => codeOf(() => run().length);

function codeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('gRPC', () => {
  it.each([
    ['application/grpc', true],
    ['application/grpc+proto', true],
    ['Application/GRPC; charset=utf-8', true],
    ['application/grpc-web', false],
    ['application/grpc+json', false],
    [undefined, false],
  ])('%s is a call: %s', (type, expected) => {
    expect(isGrpc(type)).toBe(expected);
  });

  it('reads back what it frames, and nothing from cut frames', async () => {
    const message = Buffer.from('hello');
    expect((await unaryMessage(frameOf(message), undefined, LIMITS)).toString()).toBe('hello');
    for (let cut = 0; cut < 10; cut++) {
      const cutOff = unaryMessage(frameOf(message).subarray(0, cut), undefined, LIMITS);
      await expect(cutOff).rejects.toMatchObject({ code: 'GRPC_BAD_FRAME' });
    }
  });

  it.each([
    ['plain text', 'plain text'],
    ['100 %', '100 %25'],
    ['käse\n', 'k%C3%A4se%0A'],
  ])('%j as grpc-message', (text, encoded) => {
    expect(encodeGrpcMessage(text)).toBe(encoded);
    expect(decodeURIComponent(encoded)).toBe(text);
  });
});

describe('Cors', () => {
  it.each<[pattern: string, origin: string, allowed: boolean]>([
    ['https://shop.example', 'https://shop.example', true],
    ['https://shop.example', 'https://shopXexample', false],
    ['https://*.example', 'https://a.b.example', true],
    ['https://*.example', 'https://evil.com/.example', false],
    ['http://localhost:*', 'http://localhost:3000', true],
    ['http://localhost:*', 'http://localhost:3000.evil.example', false],
    ['*', 'https://anything', true],
  ])('%s and %s', (pattern, origin, allowed) => {
    const cors = new Cors({ allowed_origins: [pattern] });
    expect(cors.allows(origin)).toBe(allowed);
    expect(cors.answerHeaders({ origin })['access-control-allow-origin'] === origin).toBe(allowed);
  });
});

describe('Router', () => {
  const route = (path: string) => ({ method: 'GET', path, handle: () => textReply(path) }) as const;
  const router = new Router([
    {
      owner: 'test',
      routes: ['/', '/a/:x/c', '/a/b/c', '/a/b/:y', '/f/*rest', '/f/known'].map(route),
    },
  ]);

  it.each<[path: string, matched: string | undefined, params: object]>([
    ['/', '/', {}],
    ['/a/b/c', '/a/b/c', {}],
    ['/a/b/d', '/a/b/:y', { y: 'd' }],
    ['/a/z/c', '/a/:x/c', { x: 'z' }],
    ['/a/z/d', undefined, {}],
    ['/a//c', undefined, {}],
    ['/f/known', '/f/known', {}],
    ['/f/a/b', '/f/*rest', { rest: 'a/b' }],
    ['/f', undefined, {}],
    ['/a/%2e%2e/c', '/a/:x/c', { x: '..' }],
  ])('%s', (path, matched, params) => {
    const found = router.find('GET', path);
    const got = found.kind === 'route' ? [found.route.path, found.params] : [undefined, {}];
    expect(got).toEqual([matched, params]);
  });
});
