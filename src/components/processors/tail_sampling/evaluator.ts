// All policies of a processor on one trace: the votes, what comes of them, and with what chance it came so.

import type { MetricFamilies } from '../../../pipeline/telemetry/metric-families.ts';
import type { Counter } from '../../../telemetry/registry.ts';
import { LEFT_OUT } from './decided-traces.ts';
import type { Policy, SpanRun, TraceFacts, Vote } from './policies/policy.ts';

export interface NamedPolicy {
  readonly name: string;
  readonly drops: boolean;
  readonly policy: Policy;
}

export interface EvaluatorOptions {
  readonly policies: readonly NamedPolicy[];
  readonly sampleOnFirstMatch: boolean;
  readonly metrics: MetricFamilies;
  /** Of the processor's metrics. */
  readonly labels: Readonly<Record<string, string>>;
  /** Told of the first error of each policy, then of no more until the next start. */
  readonly onError: (policy: string, error: unknown) => void;
}

interface Seat extends NamedPolicy {
  readonly sampled: Counter;
  readonly notSampled: Counter;
  readonly dropped: Counter;
  readonly micros: Counter;
  readonly runs: Counter;
  vote: Vote | undefined;
  /** Failed on the spans of this trace: it has no vote. */
  failed: boolean;
  told: boolean;
}

/** Looking at the clock costs as much as a small policy: one trace in so many is timed, and counts for all of them. */
const TIMED_EVERY = 16;
const MICROS_PER_MILLI = 1000 * TIMED_EVERY;
const PREFIX = 'otelcol_processor_tail_sampling';

export class Evaluator {
  /** Those that drop first. */
  readonly #seats: readonly Seat[];
  readonly #options: EvaluatorOptions;
  readonly #errors: Counter;
  readonly #random: boolean;
  #traces = 0;
  #timed = false;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    const { metrics, labels, policies } = options;
    this.#errors = metrics.counter(
      `${PREFIX}_sampling_policy_evaluation_error`,
      'policies that failed on a trace',
      labels,
    );
    this.#seats = policies
      .toSorted((a, b) => Number(b.drops) - Number(a.drops))
      .map((one) => this.#seatOf(one));
    this.#random = policies.some(({ policy }) => policy.random);
  }

  begin(): void {
    this.#timed = this.#traces++ % TIMED_EVERY === 0;
    for (const seat of this.#seats) {
      seat.policy.begin();
      seat.vote = undefined;
      seat.failed = false;
    }
  }

  /** Shows spans of the trace to all policies. */
  take(run: SpanRun): void {
    for (const seat of this.#seats) {
      if (seat.failed) continue;
      const from = this.#now();
      try {
        seat.policy.take(run);
      } catch (error) {
        this.#fail(seat, error);
      }
      if (this.#timed) seat.micros.add((this.#now() - from) * MICROS_PER_MILLI);
    }
  }

  /** The decision: with what chance the trace was kept, or LEFT_OUT. */
  decide(trace: TraceFacts): number {
    let kept = false;
    for (const seat of this.#seats) {
      const vote = this.#ask(seat, trace);
      if (vote === 'dropped') {
        this.#settle(false);
        return LEFT_OUT;
      }
      if (vote !== 'sampled') continue;
      kept = true;
      if (this.#options.sampleOnFirstMatch) break;
    }
    if (!this.#random) return kept ? 1 : LEFT_OUT;
    const certain = this.#seats.some(
      (seat) => seat.vote === 'sampled' && seat.policy.chance(trace) === 1,
    );
    const chance = certain ? this.#chanceToStay(trace) : this.#chanceToBeKept(trace);
    this.#settle(!certain);
    return kept ? chance : LEFT_OUT;
  }

  /** Whether these spans alone, whatever else comes, decide: LEFT_OUT where one drops, undefined where they do not. */
  decideEarly(trace: TraceFacts): number | undefined {
    let kept = false;
    for (const seat of this.#seats) {
      if (seat.failed) continue;
      const vote = seat.policy.vote(trace);
      if (vote === 'dropped') return LEFT_OUT;
      kept ||= vote === 'sampled';
    }
    return kept ? this.decide(trace) : undefined;
  }

  #ask(seat: Seat, trace: TraceFacts): Vote | undefined {
    if (seat.failed) return undefined;
    const from = this.#now();
    try {
      seat.vote = seat.policy.vote(trace);
    } catch (error) {
      this.#fail(seat, error);
    }
    if (this.#timed) seat.micros.add((this.#now() - from) * MICROS_PER_MILLI);
    seat.runs.add(1);
    if (seat.vote === 'sampled') seat.sampled.add(1);
    else if (seat.vote === 'dropped') seat.dropped.add(1);
    else if (seat.vote === 'not_sampled') seat.notSampled.add(1);
    return seat.vote;
  }

  /** Policies decide apart from each other, so a trace is left out when all leave it out. */
  #chanceToBeKept(trace: TraceFacts): number {
    let out = 1;
    for (const seat of this.#seats) {
      if (!seat.drops && !seat.failed) out *= 1 - seat.policy.chance(trace);
    }
    return (1 - out) * this.#chanceToStay(trace);
  }

  #chanceToStay(trace: TraceFacts): number {
    let stay = 1;
    for (const seat of this.#seats) {
      if (seat.drops && !seat.failed && seat.policy.random) stay *= 1 - seat.policy.chance(trace);
    }
    return stay;
  }

  #now(): number {
    return this.#timed ? performance.now() : 0;
  }

  #settle(atRisk: boolean): void {
    for (const seat of this.#seats) seat.policy.settle(atRisk && !seat.failed);
  }

  #fail(seat: Seat, error: unknown): void {
    seat.failed = true;
    seat.vote = undefined;
    this.#errors.add(1);
    if (!seat.told) this.#options.onError(seat.name, error);
    seat.told = true;
  }

  #seatOf(one: NamedPolicy): Seat {
    const { metrics, labels } = this.#options;
    const counter = (name: string, help: string, more: Readonly<Record<string, string>> = {}) =>
      metrics.counter(`${PREFIX}_${name}`, help, { ...labels, policy: one.name, ...more });
    const votes = (sampled: 'true' | 'false', decision: Vote): Counter =>
      counter('count_traces_sampled', 'votes of a policy on traces', { sampled, decision });
    return {
      ...one,
      sampled: votes('true', 'sampled'),
      notSampled: votes('false', 'not_sampled'),
      dropped: votes('false', 'dropped'),
      micros: counter('sampling_policy_execution_time_sum', 'time of a policy, µs'),
      runs: counter('sampling_policy_execution_count', 'traces a policy was asked about'),
      vote: undefined,
      failed: false,
      told: false,
    };
  }
}
