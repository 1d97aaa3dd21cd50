// How many items of each signal came in lately: a ring of seconds for the rate, a ring of tens for the last ten minutes.

import { SIGNALS, type Signal } from '../base/signal.ts';

/** The rate shown is the mean of this many whole seconds. */
const RATE_SECONDS = 10;
const STEP_SECONDS = 10;
const STEPS = 60;

type BySignal<T> = Readonly<Record<Signal, T>>;

const bySignal = <T>(make: () => T): BySignal<T> => ({
  traces: make(),
  metrics: make(),
  logs: make(),
});

export class Throughput {
  readonly #counted: () => BySignal<number>;
  readonly #seconds = bySignal<number[]>(() => []);
  readonly #steps = bySignal<number[]>(() => Array.from({ length: STEPS }, () => 0));
  #before: BySignal<number>;
  #ticks = 0;
  readonly #timer: NodeJS.Timeout;

  /** @param counted items of each signal since the start. */
  constructor(counted: () => BySignal<number>) {
    this.#counted = counted;
    this.#before = counted();
    this.#timer = setInterval(() => this.#tick(), 1_000);
    this.#timer.unref();
  }

  /** Items a second over the last ten seconds. */
  rate(signal: Signal): number {
    const seconds = this.#seconds[signal];
    return seconds.length === 0
      ? 0
      : seconds.reduce((sum, items) => sum + items, 0) / seconds.length;
  }

  /** Items a second in steps of ten seconds, oldest first. */
  steps(signal: Signal): readonly number[] {
    return this.#steps[signal].map((items) => items / STEP_SECONDS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.#counted();
    const rolls = this.#ticks % STEP_SECONDS === 0;
    for (const signal of SIGNALS) {
      const items = now[signal] - this.#before[signal];
      const seconds = this.#seconds[signal];
      seconds.push(items);
      if (seconds.length > RATE_SECONDS) seconds.shift();
      const steps = this.#steps[signal];
      if (rolls) {
        steps.shift();
        steps.push(0);
      }
      steps[STEPS - 1] = (steps[STEPS - 1] ?? 0) + items;
    }
    this.#before = now;
    this.#ticks += 1;
  }
}
