import { expect, it } from 'vitest';
import { cleanEnvironment } from './environment.ts';

it.each([
  ['PATH', true],
  ['HOME', true],
  ['HTTP_PROXY', true],
  ['OTEL_SDK_DISABLED', false],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', false],
  ['NODE_OPTIONS', false],
  ['PYTHONPATH', false],
  ['PGHOST', false],
  ['DATABASE_URL', true],
])('%s is handed on: %s', (name, isHandedOn) => {
  expect(name in cleanEnvironment({}, { [name]: 'x' })).toBe(isHandedOn);
});

it('adds what the process is given, over what was there', () => {
  expect(
    cleanEnvironment({ DATABASE_URL: 'ours' }, { DATABASE_URL: 'theirs', TERM: 'dumb' }),
  ).toEqual({
    DATABASE_URL: 'ours',
    TERM: 'dumb',
  });
});
