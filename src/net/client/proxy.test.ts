import { describe, expect, it } from 'vitest';
import { CookieJar } from './cookies.ts';
import { parseGrpcTarget } from './grpc-target.ts';
import { proxyFor } from './proxy.ts';

describe('NO_PROXY', () => {
  it.each<[exceptions: string, url: string, isException: boolean]>([
    ['', 'http://a.test', false],
    ['*', 'http://a.test', true],
    ['a.test', 'http://a.test', true],
    ['a.test', 'http://b.a.test', true],
    ['a.test', 'http://ba.test', false],
    ['.a.test', 'http://a.test', false],
    ['.a.test', 'http://b.a.test', true],
    ['*.a.test', 'http://b.a.test', true],
    ['A.Test , other', 'http://a.test', true],
    ['a.test:81', 'http://a.test', false],
    ['a.test:81', 'http://a.test:81', true],
    ['a.test:443', 'https://a.test', true],
    ['10.0.0.0/8', 'http://10.1.2.3', true],
    ['10.0.0.0/8', 'http://11.1.2.3', false],
    ['10.0.0.0/99', 'http://10.1.2.3', false],
    ['fd00::/8', 'http://[fd00::1]:4318', true],
    ['10.1.2.3', 'http://10.1.2.3:4318', true],
    ['10.1.2.3', 'http://10.1.2.34', false],
    ['', 'http://localhost:4318', true],
    ['', 'http://127.9.9.9', true],
    ['', 'http://[::1]:4318', true],
  ])('%j and %s: %s', (exceptions, url, isException) => {
    const environment = {
      HTTP_PROXY: 'http://p:1',
      HTTPS_PROXY: 'http://p:1',
      NO_PROXY: exceptions,
    };
    expect(proxyFor(new URL(url), undefined, environment) === undefined).toBe(isException);
  });
});

describe('which proxy', () => {
  it.each<
    [url: string, configured: string | undefined, environment: object, expected: string | undefined]
  >([
    ['http://a', undefined, { HTTP_PROXY: 'p:3128' }, 'http://p:3128/'],
    ['https://a', undefined, { HTTP_PROXY: 'p:3128' }, undefined],
    ['https://a', undefined, { https_proxy: 'https://p' }, 'https://p/'],
    ['http://a', 'http://mine:1', { HTTP_PROXY: 'p:3128', NO_PROXY: '*' }, 'http://mine:1/'],
    ['http://a', undefined, { HTTP_PROXY: '' }, undefined],
    ['http://a', undefined, { HTTP_PROXY: 'http://[' }, undefined],
  ])('%s, %s, %o', (url, configured, environment, expected) => {
    expect(proxyFor(new URL(url), configured, { ...environment })?.href).toBe(expected);
  });
});

it.each([
  ['a:4317', undefined, { host: 'a', port: 4317 }],
  ['http://a:4317', undefined, { host: 'a', port: 4317 }],
  ['https://a.b:1/', undefined, { host: 'a.b', port: 1 }],
  ['[::1]:4317', undefined, { host: '::1', port: 4317 }],
  ['dns:///a:4317', undefined, { host: 'a', port: 4317 }],
  ['dns://8.8.8.8/a:4317', '8.8.8.8', { host: 'a', port: 4317 }],
  ['dns:a', undefined, { host: 'a', port: 443 }],
])('target %s', (endpoint, server, address) => {
  expect(parseGrpcTarget(endpoint)).toEqual({ resolve: { server }, address });
});

it.each([
  ['passthrough:///a:1', { host: 'a', port: 1 }],
  ['unix:///run/a.sock', { path: '/run/a.sock' }],
  ['unix:a.sock', { path: 'a.sock' }],
])('target %s is not resolved', (endpoint, address) => {
  expect(parseGrpcTarget(endpoint)).toEqual({ resolve: undefined, address });
});

describe('cookies', () => {
  it.each<[set: string, asked: string, sent: string | undefined]>([
    ['a=1', 'http://h.test/v1/logs', 'a=1'],
    ['a=1', 'http://sub.h.test/v1/logs', undefined],
    ['a=1; Domain=h.test', 'http://sub.h.test/v1/logs', 'a=1'],
    ['a=1; Domain=.h.test; Path=/v1', 'http://h.test/v1/logs', 'a=1'],
    ['a=1; Domain=evil.test', 'http://h.test/v1/logs', undefined],
    ['a=1; Path=/other', 'http://h.test/v1/logs', undefined],
    ['a=1; Path=/v', 'http://h.test/v1/logs', undefined],
    ['a=1; Secure', 'http://h.test/v1/logs', undefined],
    ['a=1; Max-Age=10', 'http://h.test/v1/logs', 'a=1'],
    ['a=1; Max-Age=0', 'http://h.test/v1/logs', undefined],
    ['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'http://h.test/v1/logs', undefined],
    ['a', 'http://h.test/v1/logs', undefined],
  ])('%s, then %s', (set, asked, sent) => {
    const jar = new CookieJar(() => 5000);
    jar.take(new URL('http://h.test/v1/traces'), [set]);
    expect(jar.header(new URL(asked))).toBe(sent);
  });

  it('end when their time is over, and are replaced by newer ones', () => {
    let now = 0;
    const jar = new CookieJar(() => now);
    const url = new URL('http://h.test/');
    jar.take(url, ['a=1; Max-Age=10', 'b=1', 'b=2']);
    expect(jar.header(url)).toBe('a=1; b=2');
    now = 10_000;
    expect(jar.header(url)).toBe('b=2');
  });
});
