import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { runExtension } from '../../../pipeline/suite/run-extension.ts';
import { bearerTokenAuthConfig } from './config.ts';
import { bearerTokenAuth } from './factory.ts';

const WRONG = 'the token in Authorization is not one that is known here';

describe('a server', () => {
  it.each<[string, object, Record<string, string | string[]>, string | undefined]>([
    ['right', { token: 't' }, { authorization: 'Bearer t' }, undefined],
    ['twice', { token: 't' }, { authorization: ['Bearer t', 'Bearer x'] }, undefined],
    ['wrong', { token: 't' }, { authorization: 'Bearer x' }, WRONG],
    ['the scheme alone', { token: 't' }, { authorization: 'Bearer ' }, WRONG],
    ['another scheme', { token: 't' }, { authorization: 'Basic t' }, WRONG],
    ['no scheme wanted', { token: 't', scheme: '' }, { authorization: 't' }, undefined],
    ['the second of several', { tokens: ['a', 'b'] }, { authorization: 'Bearer b' }, undefined],
    ['another header', { token: 't', header: 'X-Key', scheme: '' }, { 'x-key': 't' }, undefined],
    [
      'nothing',
      { token: 't' },
      {},
      'the request has no Authorization header; send "Authorization: Bearer TOKEN"',
    ],
  ])('%s', async (_name, config, headers, answer) => {
    const { extension, clock } = await runExtension(bearerTokenAuth, config);
    expect(await extension.authenticate?.(headers)).toBe(answer);
    await extension.stop?.();
    expect(clock.timers).toBe(0);
  });
});

it.each<[object, object]>([
  [{ token: 't' }, { authorization: 'Bearer t' }],
  [{ tokens: ['a', 'b'], scheme: 'Key' }, { authorization: 'Key a' }],
  [{ token: 't', header: 'X-Key', scheme: '' }, { 'x-key': 't' }],
])('a client with %j sends the first', async (config, headers) => {
  const { extension } = await runExtension(bearerTokenAuth, config);
  expect(await extension.credentials?.()).toEqual(headers);
});

it.each<[object, string]>([
  [{}, ': has no token'],
  [{ token: 'a', tokens: ['b'] }, 'tokens: does not go with token'],
  [{ tokens: ['a', ''] }, 'tokens: has an empty token'],
  [{ token: 'a', header: '' }, 'header: must not be empty'],
])('%j is refused', (config, said) => {
  const { errors } = decodePlain(bearerTokenAuthConfig, config);
  expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([said]);
});
