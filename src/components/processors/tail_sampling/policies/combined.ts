// and, not, drop, composite: policies made of policies.

import { Debt, type Monotonic } from './random-policies.ts';
import type { Policy, SpanRun, TraceFacts, Vote } from './policy.ts';

const MS_PER_SECOND = 1000;

const beginAll = (of: readonly Policy[]) => (): void => {
  for (const one of of) one.begin();
};
const takeAll =
  (of: readonly Policy[]) =>
  (run: SpanRun): void => {
    for (const one of of) one.take(run);
  };
const settleAll =
  (of: readonly Policy[]) =>
  (atRisk: boolean): void => {
    for (const one of of) one.settle(atRisk);
  };
const isRandom = (of: readonly Policy[]): boolean => of.some(({ random }) => random);

/** All must sample; asked in order, and none after the first that does not. */
function all(of: readonly Policy[], vote: Vote): Policy {
  return {
    begin: beginAll(of),
    take: takeAll(of),
    vote: (trace) => {
      for (const one of of) if (one.vote(trace) === 'not_sampled') return 'not_sampled';
      return vote;
    },
    chance: (trace) => of.reduce((chance, one) => chance * one.chance(trace), 1),
    settle: settleAll(of),
    random: isRandom(of),
  };
}

export const and = (of: readonly Policy[]): Policy => all(of, 'sampled');
export const drop = (of: readonly Policy[]): Policy => all(of, 'dropped');

export const not = (of: Policy): Policy => ({
  begin: () => of.begin(),
  take: (run) => of.take(run),
  vote: (trace) => (of.vote(trace) === 'sampled' ? 'not_sampled' : 'sampled'),
  chance: (trace) => 1 - of.chance(trace),
  settle: (atRisk) => of.settle(atRisk),
  random: of.random,
});

export interface CompositePart {
  readonly policy: Policy;
  readonly spansPerSecond: number;
}

/** The first that samples decides; over its share of the second, the trace is not sampled and no other one is asked. */
export function composite(parts: readonly CompositePart[], total: number, now: Monotonic): Policy {
  const of = parts.map(({ policy }) => policy);
  const shares = parts.map((part) => new Share(part, total, now));
  let second = -1;
  /** Which share decided on the trace; undefined: none. */
  let chosen: Share | undefined;
  return {
    begin: () => {
      beginAll(of)();
      chosen = undefined;
    },
    take: takeAll(of),
    vote: (trace) => {
      const current = Math.floor(now() / MS_PER_SECOND);
      if (current !== second) for (const share of shares) share.reset();
      second = current;
      chosen = shares.find(({ policy }) => policy.vote(trace) === 'sampled');
      return chosen?.take(trace) === true ? 'sampled' : 'not_sampled';
    },
    chance: (trace) => {
      let left = 1;
      let chance = 0;
      for (const share of shares) {
        const reached = share.policy.chance(trace);
        chance += left * reached * share.chance;
        left *= 1 - reached;
      }
      return chance;
    },
    settle: (atRisk) => {
      settleAll(of)(atRisk);
      if (atRisk) chosen?.settle();
    },
    random: true,
  };
}

class Share {
  readonly policy: Policy;
  readonly #limit: number;
  readonly #debt: Debt;
  #used = 0;
  /** Of the trace taken last, negative where it did not fit. */
  #spans = 0;
  #weight = 1;

  constructor({ policy, spansPerSecond }: CompositePart, total: number, now: Monotonic) {
    this.policy = policy;
    this.#limit = Math.min(spansPerSecond, total);
    this.#debt = new Debt(now, this.#limit);
  }

  get chance(): number {
    return 1 / this.#weight;
  }

  reset(): void {
    this.#used = 0;
  }

  take({ spans }: TraceFacts): boolean {
    this.#weight = this.#debt.weight;
    const fits = this.#used + spans <= this.#limit;
    if (fits) this.#used += spans;
    this.#spans = fits ? spans : -spans;
    return fits;
  }

  settle(): void {
    if (this.#spans < 0) this.#debt.leftOut(-this.#spans);
    else this.#debt.kept(this.#spans);
  }
}
