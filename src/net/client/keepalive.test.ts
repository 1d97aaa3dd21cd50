import type { ClientHttp2Session } from 'node:http2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Keepalive } from './keepalive.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session that answers pings or does not. */
function session(answers: boolean) {
  const ping = vi.fn((onAnswer: (error: Error | null) => void) => {
    if (answers) onAnswer(null);
    return true;
  });
  const destroy = vi.fn();
  return { ping, destroy, it: { ping, destroy } as unknown as ClientHttp2Session };
}

const config = { time: 20_000, timeout: 5000, permit_without_stream: false };

it.each([
  ['no call is under way', false, 0, 0],
  ['no call is under way, and it shall all the same', true, 0, 2],
  ['a call is under way', false, 1, 2],
])('pings while %s', (_name, permit_without_stream, calls, pings) => {
  const there = session(true);
  const keepalive = new Keepalive(there.it, { ...config, permit_without_stream });
  for (let i = 0; i < calls; i++) keepalive.began();
  vi.advanceTimersByTime(45_000);
  expect(there.ping).toHaveBeenCalledTimes(pings);
  expect(there.destroy).not.toHaveBeenCalled();
  keepalive.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('ends a connection that does not answer', () => {
  const there = session(false);
  const keepalive = new Keepalive(there.it, config);
  keepalive.began();
  vi.advanceTimersByTime(24_999);
  expect(there.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(there.destroy).toHaveBeenCalledOnce();
  keepalive.stop();
});

it('does not ping more often than servers take', () => {
  const there = session(true);
  const keepalive = new Keepalive(there.it, { ...config, time: 1000 });
  keepalive.began();
  vi.advanceTimersByTime(10_000);
  expect(there.ping).toHaveBeenCalledOnce();
  keepalive.ended();
  vi.advanceTimersByTime(60_000);
  expect(there.ping).toHaveBeenCalledOnce();
  keepalive.stop();
});
