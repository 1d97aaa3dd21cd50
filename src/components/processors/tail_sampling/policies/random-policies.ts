// probabilistic, rate_limiting, bytes_limiting: policies that leave out traces for no reason of their own. What they keep
// stands for what they left out, so each can say with what chance it kept a trace.

import type { Policy, TraceFacts } from './policy.ts';
import { hash, hashLimit, traceHasher } from './trace-hash.ts';

const nothing = (): void => {};
const MS_PER_SECOND = 1000;

export function probabilistic(percentage: number, salt: string): Policy {
  const limit = hashLimit(percentage / 100);
  const hashOf = traceHasher(salt === '' ? 'default-hash-seed' : salt);
  const chance = Math.min(1, Math.max(0, percentage / 100));
  return {
    begin: nothing,
    take: nothing,
    vote: ({ idBytes, idAt }) => {
      hashOf(idBytes, idAt);
      const { high, low } = hash;
      const sampled = high < limit.high || (high === limit.high && low <= limit.low);
      return sampled ? 'sampled' : 'not_sampled';
    },
    chance: () => chance,
    settle: nothing,
    random: chance > 0 && chance < 1,
  };
}

/** Time in ms that never goes back. */
export type Monotonic = () => number;

/**
 * Keeps account of spans that a limiter left out, so that those it keeps stand for them. What was left out is a debt; a
 * trace that is kept pays its share of it: as large as would pay all of it over about a second at the present rate. In
 * sum every span left out is paid for, a little later than it came.
 */
export class Debt {
  readonly #now: Monotonic;
  #spans = 0;
  #second = 0;
  /** Spans kept in the present second and in the one before. */
  #kept = 0;
  #keptBefore = 0;
  #perSecond: number;

  /** @param perSecond how many spans are likely kept, until that is known. */
  constructor(now: Monotonic, perSecond: number) {
    this.#now = now;
    this.#perSecond = Math.max(1, perSecond);
  }

  /** How many spans a span kept now stands for. */
  get weight(): number {
    return 1 + this.#spans / this.#perSecond;
  }

  leftOut(spans: number): void {
    this.#spans += spans;
  }

  kept(spans: number): void {
    this.#turn();
    this.#spans = Math.max(0, this.#spans - (this.weight - 1) * spans);
    this.#kept += spans;
  }

  #turn(): void {
    const second = Math.floor(this.#now() / MS_PER_SECOND);
    if (second === this.#second) return;
    this.#keptBefore = second === this.#second + 1 ? this.#kept : 0;
    this.#second = second;
    this.#kept = 0;
    if (this.#keptBefore > 0) this.#perSecond = this.#keptBefore;
  }
}

export interface LimiterOptions {
  readonly perSecond: number;
  /** 0: twice that. */
  readonly burst: number;
  readonly sizeOf: (trace: TraceFacts) => number;
  /** Spans that it may let through in a second, until that is known. */
  readonly spansPerSecond: number;
  readonly now: Monotonic;
}

/** A token bucket, full at the start: a trace passes whole or not at all, and never when it is larger than the bucket. */
export function limiter(options: LimiterOptions): Policy {
  const { perSecond, burst, sizeOf, spansPerSecond, now } = options;
  const capacity = burst === 0 ? perSecond * 2 : burst;
  const debt = new Debt(now, spansPerSecond);
  let tokens = capacity;
  let filledMs = now();
  /** Of the trace voted on last: its spans, negative where it was left out, and how many each stands for. */
  let spans = 0;
  let weight = 1;
  return {
    begin: () => {
      spans = 0;
      ({ weight } = debt);
    },
    take: nothing,
    vote: (trace) => {
      const nowMs = now();
      tokens = Math.min(capacity, tokens + ((nowMs - filledMs) / MS_PER_SECOND) * perSecond);
      filledMs = nowMs;
      const size = sizeOf(trace);
      const passes = size <= tokens;
      if (passes) tokens -= size;
      spans = passes ? trace.spans : -trace.spans;
      return passes ? 'sampled' : 'not_sampled';
    },
    chance: () => 1 / weight,
    settle: (atRisk) => {
      if (!atRisk) return;
      if (spans < 0) debt.leftOut(-spans);
      else if (spans > 0) debt.kept(spans);
    },
    random: true,
  };
}
