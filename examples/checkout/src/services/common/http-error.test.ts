import { expect, it } from 'vitest';
import { bodyOf, HttpError } from './http-error.ts';

function thrownBy(run: () => unknown): HttpError {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpError) return error;
  }
  throw new Error('nothing was thrown');
}

it('hands out the body of a success', () => {
  expect(bodyOf({ status: 201, body: { id: 1 } }, 'x')).toEqual({ id: 1 });
});

it.each([
  [
    409,
    { error: 'insufficient_stock', message: 'none left' },
    409,
    'insufficient_stock',
    'none left',
  ],
  [404, undefined, 404, 'unknown', 'no reason given'],
  [500, { error: 'internal', message: 'boom' }, 502, 'upstream_failed', 'x answered 500: boom'],
  [503, 'busy', 502, 'upstream_failed', 'x answered 503: no reason given'],
])('turns %d %j into %d', (status, body, ownStatus, reason, message) => {
  expect(thrownBy(() => bodyOf({ status, body }, 'x'))).toMatchObject({
    status: ownStatus,
    reason,
    message,
  });
});
