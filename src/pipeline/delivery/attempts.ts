// One batch until it is delivered, refused for good, or given up: attempts with a time limit each, and pauses between.

import type { Batch } from '../batch.ts';
import { type Clock, pause } from '../clock.ts';
import type { Exporter } from '../component.ts';
import type { DeliveryConfig } from '../delivery-config.ts';
import type { SendOutcome } from '../send-outcome.ts';
import { Backoff } from './backoff.ts';

export type Delivered =
  | Extract<SendOutcome, { kind: 'ok' }>
  | { readonly kind: 'dead'; readonly reason: string }
  /** Stopped before the end: the batch is still to be delivered. */
  | { readonly kind: 'stopped' };

export interface AttemptOptions {
  readonly exporter: Exporter;
  readonly delivery: DeliveryConfig;
  readonly clock: Clock;
  /** No more attempts; pauses and the attempt under way end. */
  readonly stopping: AbortSignal;
  /** Another batch got through: whoever only backs off tries again at once. */
  readonly recovered: () => Promise<void>;
  readonly onAttempt: () => void;
  readonly onRetry: (reason: string, delayMs: number) => void;
  readonly onThrow: (error: unknown) => void;
}

const NO_RETRY_REASON = 'retries are off';

export async function deliver(batch: Batch, options: AttemptOptions): Promise<Delivered> {
  const { clock, stopping, delivery } = options;
  const startedMs = clock.monotonic();
  const retry = delivery.retry_on_failure;
  const backoff = retry?.enabled === true ? new Backoff(retry) : undefined;
  for (;;) {
    if (stopping.aborted) return { kind: 'stopped' };
    options.onAttempt();
    const outcome = await attempt(batch, options);
    if (outcome.kind === 'ok') return outcome;
    if (stopping.aborted) return { kind: 'stopped' };
    if (outcome.kind === 'permanent') return { kind: 'dead', reason: outcome.reason };
    const { reason, afterMs } = outcome;
    if (backoff === undefined) return { kind: 'dead', reason: `${reason}; ${NO_RETRY_REASON}` };
    const elapsedMs = clock.monotonic() - startedMs;
    const delayMs = backoff.next(elapsedMs, afterMs);
    if (delayMs === undefined) {
      const seconds = Math.round(elapsedMs / 1000);
      return { kind: 'dead', reason: `given up after ${seconds} s: ${reason}` };
    }
    options.onRetry(reason, delayMs);
    await waitFor(delayMs, afterMs === undefined, options);
  }
}

async function attempt(batch: Batch, options: AttemptOptions): Promise<SendOutcome> {
  const { exporter, delivery, clock, stopping } = options;
  const timeoutMs = delivery.timeout ?? 0;
  const ending = new AbortController();
  const ended = Promise.withResolvers<SendOutcome>();
  const end = (reason: string): void => {
    ending.abort();
    ended.resolve({ kind: 'retry', reason }); // also where the exporter does not listen
  };
  const onStop = (): void => end('stopping');
  stopping.addEventListener('abort', onStop, { once: true });
  const cancel =
    timeoutMs > 0
      ? clock.after(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`))
      : undefined;
  try {
    return await Promise.race([ended.promise, exporter.send(batch, ending.signal)]);
  } catch (error) {
    if (!ending.signal.aborted) options.onThrow(error);
    return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    cancel?.();
    stopping.removeEventListener('abort', onStop);
  }
}

/** A pause that the other side asked for is kept; one of our own ends when another batch gets through. */
async function waitFor(
  delayMs: number,
  mayEndEarly: boolean,
  { clock, stopping, recovered }: AttemptOptions,
): Promise<void> {
  const ends = new AbortController();
  const signal = AbortSignal.any([stopping, ends.signal]);
  const waiting = pause(clock, delayMs, signal);
  if (mayEndEarly) void recovered().then(() => ends.abort());
  await waiting;
}
