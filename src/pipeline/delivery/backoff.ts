// Times between attempts: growing, spread, bounded. As upstream's retry sender.
// https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configretry/backoff.go

import type { RetryConfig } from '../delivery-config.ts';

export class Backoff {
  readonly #config: RetryConfig;
  readonly #random: () => number;
  #intervalMs: number;

  /** @param random from 0 up to 1. */
  constructor(config: RetryConfig, random: () => number = Math.random) {
    this.#config = config;
    this.#random = random;
    this.#intervalMs = config.initial_interval;
  }

  /** Of the next attempt, given how long it was tried so far; undefined: give up. */
  next(elapsedMs: number, wantedMs = 0): number | undefined {
    const { randomization_factor, multiplier, max_interval, max_elapsed_time } = this.#config;
    const spread = 1 + randomization_factor * (2 * this.#random() - 1);
    const delayMs = Math.max(this.#intervalMs * spread, wantedMs);
    this.#intervalMs = Math.min(this.#intervalMs * multiplier, max_interval);
    const givesUp = max_elapsed_time > 0 && elapsedMs + delayMs > max_elapsed_time;
    return givesUp ? undefined : delayMs;
  }
}
