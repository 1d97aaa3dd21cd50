import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { runExtension } from '../../../pipeline/suite/run-extension.ts';
import { basicAuthConfig } from './config.ts';
import { basicAuth } from './factory.ts';
import { isPassword, parseHtpasswd } from './htpasswd.ts';

const BCRYPT = '$2y$04$QzebkVmqNCxUUe7t3QXRF.3Bc8eyE0pBWrK3/fBO0hyh0KVUtCtpm';

// Hashes written by htpasswd and openssl.
it.each<[string, hash: string, password: string]>([
  ['bcrypt', BCRYPT, 'secret'],
  ['SHA', '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'secret'],
  ['SSHA', '{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0', 'secret'],
  ['apr1', '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61', 'a'],
  ['apr1, long', '$apr1$r31$lhcTsEwm1NC62TraV413V/', 'sécret pass word longer than 16'],
  ['plain', 'pass:word', 'pass:word'],
])('%s', async (_name, hash, password) => {
  expect(await isPassword(hash, password)).toBe(true);
  expect(await isPassword(hash, `${password}x`)).toBe(false);
  expect(await isPassword(hash, '')).toBe(false);
});

describe('htpasswd', () => {
  it('has a user a line; comments and empty lines do not count, the last of a name does', () => {
    expect([...parseHtpasswd('# users\n\na:1\nb:{SHA}x\r\na:2\n')]).toEqual([
      ['a', '2'],
      ['b', '{SHA}x'],
    ]);
  });

  it.each([
    ['a:1\nnobody', 'htpasswd: line 2 has no ":" between user and password.'],
    [':x', 'htpasswd: line 1 has no ":" between user and password.'],
    [
      'a:$6$salt$hash',
      'htpasswd: line 1 has a hash of a kind that is not known here; use htpasswd -B.',
    ],
    [
      'a:{CRYPT}x',
      'htpasswd: line 1 has a hash of a kind that is not known here; use htpasswd -B.',
    ],
    [
      'a:$2y$04$short',
      'htpasswd: line 1 has a hash of a kind that is not known here; use htpasswd -B.',
    ],
  ])('%j is refused', (text, message) => {
    expect(() => parseHtpasswd(text)).toThrow(message);
  });
});

const header = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('a server', () => {
  it.each<[string, Record<string, string | undefined>, string | undefined]>([
    ['right', header('ann', 'secret'), undefined],
    ['a colon in the password', header('bob', 'a:b'), undefined],
    [
      'lower-case scheme',
      { authorization: header('ann', 'secret').authorization.replace('B', 'b') },
      undefined,
    ],
    ['wrong password', header('ann', 'Secret'), 'user or password is wrong'],
    ['unknown user', header('eve', 'secret'), 'user or password is wrong'],
    ['no header', {}, 'the request has no user and password; send "Authorization: Basic …"'],
    [
      'another scheme',
      { authorization: 'Bearer x' },
      'the request has no user and password; send "Authorization: Basic …"',
    ],
    [
      'no colon',
      { authorization: 'Basic YWJj' },
      'the request has no user and password; send "Authorization: Basic …"',
    ],
  ])('%s', async (_name, headers, answer) => {
    const inline = `ann:${BCRYPT}\nbob:a:b`;
    const { extension, clock } = await runExtension(basicAuth, { htpasswd: { inline } });
    expect(await extension.authenticate?.(headers)).toBe(answer);
    expect('credentials' in extension).toBe(false);
    await extension.stop?.();
    expect(clock.timers).toBe(0);
  });

  it('remembers who was right, so that the second time takes no work', async () => {
    const { extension } = await runExtension(basicAuth, { htpasswd: { inline: `ann:${BCRYPT}` } });
    const first = extension.authenticate?.(header('ann', 'secret'));
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBeUndefined();
    expect(extension.authenticate?.(header('ann', 'secret'))).toBeUndefined();
    expect(extension.authenticate?.(header('ann', 'other'))).toBeInstanceOf(Promise);
  });

  it('does not let guessers pile up work', async () => {
    const { extension } = await runExtension(basicAuth, { htpasswd: { inline: `ann:${BCRYPT}` } });
    const guesses = Array.from({ length: 60 }, (_, at) =>
      Promise.resolve(extension.authenticate?.(header('ann', `guess ${at}`))),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer === 'user or password is wrong')).toHaveLength(50);
    expect(answers[59]).toBe('too many passwords are being checked; try again');
    expect(await extension.authenticate?.(header('ann', 'secret'))).toBeUndefined();
  });
});

it('a client sends user and password', async () => {
  const config = { client_auth: { username: 'ann', password: 'a:b' } };
  const { extension } = await runExtension(basicAuth, config);
  expect(await extension.credentials?.()).toEqual({ authorization: 'Basic YW5uOmE6Yg==' });
  expect('authenticate' in extension).toBe(false);
});

it.each<[object, string]>([
  [{}, ': has neither users nor credentials'],
  [{ htpasswd: {} }, 'htpasswd: has no users'],
  [
    { htpasswd: { inline: 'a:b' }, client_auth: { username: 'a' } },
    'client_auth: does not go with htpasswd',
  ],
  [{ client_auth: { password: 'a' } }, 'client_auth: has no user name'],
  [
    { client_auth: { aws_secrets_manager: { secret_arn: 'x' } } },
    'client_auth::aws_secrets_manager: is not there yet',
  ],
])('%j is refused', (config, said) => {
  const { errors } = decodePlain(basicAuthConfig, config);
  expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([said]);
});
