// The decision on one item, whatever its signal: what it says of earlier sampling, its randomness and the mode make a
// threshold, and the threshold is written to what is kept, so that counts can be made right again.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/#downstream-threshold

import {
  ALL,
  type Bits56,
  fromBigInt,
  isEqual,
  isLess,
  toBigInt,
} from '../../../otlp/sampling/bits56.ts';
import {
  KEEP_ALL,
  KEEP_NONE,
  keeps,
  MIN_PROBABILITY,
  probabilityOf,
  thresholdFor,
} from '../../../otlp/sampling/threshold.ts';
import type { ProbabilisticSamplerConfig } from './config.ts';

/** What an item says of earlier sampling. */
export interface Prior {
  readonly threshold: Bits56 | undefined;
  readonly randomness: Bits56 | undefined;
}

export interface Item {
  /** Undefined: it cannot be read. */
  readonly prior: Prior | undefined;
  /** Of the trace id; undefined without one. */
  readonly traceRandomness: Bits56 | undefined;
  /** In hash_seed mode: of the hash, and what was hashed; undefined where there is nothing to hash. */
  readonly hashed: { readonly randomness: Bits56; readonly policy: string } | undefined;
  /** The item's own word, in place of the configured percentage. */
  readonly forced: Bits56 | undefined;
}

export interface Decision {
  readonly kept: boolean;
  /** As upstream's counter names it. */
  readonly policy: string;
  /** Why it was dropped, where that was not by chance. */
  readonly fault: string | undefined;
  /** What to write to an item that is kept; undefined: leave it as it is. */
  readonly write: Prior | undefined;
}

const PERCENT = 100;
/** Buckets of the 14 bits that decide in hash_seed mode. */
const HASH_BUCKETS = 0x4000;
const BUCKET_BITS = 42n;
const LAST: Bits56 = { high: 2 ** 28 - 1, low: 2 ** 28 - 1 };
const TWO_56 = BigInt(ALL);

const UNREADABLE = 'sampling information cannot be read';
const MISSING = 'no randomness';
const INCONSISTENT = 'threshold and randomness contradict each other';

type Mode = 'never' | 'hash_seed' | 'equalizing' | 'proportional';

export class Sampler {
  readonly mode: Mode;
  readonly #threshold: Bits56;
  readonly #ratio: number;
  readonly #digits: number;
  readonly #failThreshold: Bits56;

  constructor(config: ProbabilisticSamplerConfig) {
    const percent = Math.min(Math.fround(config.sampling_percentage), PERCENT);
    this.#ratio = Math.max(percent / PERCENT, MIN_PROBABILITY);
    this.#digits = config.sampling_precision;
    this.#failThreshold = config.fail_closed ? KEEP_NONE : KEEP_ALL;
    const mode = config.mode === '' ? 'hash_seed' : config.mode;
    // In 32 bits and cut off, as it always was: percentages then mean the same buckets everywhere.
    const buckets = Math.trunc(Math.fround(percent * Math.fround(HASH_BUCKETS / PERCENT)));
    const isNever = percent === 0 || (mode === 'hash_seed' && buckets === 0);
    this.mode = isNever ? 'never' : mode;
    this.#threshold =
      mode === 'hash_seed'
        ? fromBigInt(BigInt(HASH_BUCKETS - buckets) << BUCKET_BITS)
        : (thresholdFor(this.#ratio, this.#digits) ?? KEEP_NONE);
  }

  decide(item: Item): Decision {
    const { prior, forced } = item;
    const { randomness, policy } = this.#randomnessOf(item);
    if (this.mode === 'hash_seed' && prior !== undefined && randomness !== undefined) {
      const wasSampled = prior.threshold !== undefined || prior.randomness !== undefined;
      const byOther = prior.randomness === undefined || !isEqual(prior.randomness, randomness);
      if (wasSampled && byOther) return this.#decideAfterOther(item, prior, randomness, policy);
    }
    const fault = faultOf(prior, randomness);
    let threshold = fault === undefined ? this.#thresholdAfter(prior) : this.#failThreshold;
    if (forced !== undefined) threshold = forced;
    const kept = keeps(threshold, randomness ?? LAST);
    const write =
      kept && prior !== undefined ? this.#written(prior, fault, threshold, randomness) : undefined;
    return {
      kept,
      policy: forced === undefined ? policy : 'sampling_priority',
      fault,
      write,
    };
  }

  #randomnessOf(item: Item): { randomness: Bits56 | undefined; policy: string } {
    if (this.mode === 'never') return { randomness: LAST, policy: 'sampling_priority' };
    if (this.mode === 'hash_seed') {
      const { hashed } = item;
      return { randomness: hashed?.randomness, policy: hashed?.policy ?? 'missing_randomness' };
    }
    const explicit = item.prior?.randomness;
    if (explicit !== undefined) return { randomness: explicit, policy: 'sampling_randomness' };
    const isThere = item.prior !== undefined && item.traceRandomness !== undefined;
    return isThere
      ? { randomness: item.traceRandomness, policy: 'trace_id_w3c' }
      : { randomness: undefined, policy: 'missing_randomness' };
  }

  #thresholdAfter(prior: Prior | undefined): Bits56 {
    if (this.mode === 'never') return KEEP_NONE;
    const before = prior?.threshold;
    if (this.mode === 'proportional') {
      const incoming = before === undefined ? 1 : probabilityOf(before);
      return thresholdFor(incoming * this.#ratio, this.#digits) ?? KEEP_NONE;
    }
    const raise =
      this.mode === 'equalizing' && before !== undefined && isLess(this.#threshold, before);
    return raise ? before : this.#threshold;
  }

  /** A threshold never falls: nothing can be kept with more probability than it was kept before. */
  #written(
    prior: Prior,
    fault: string | undefined,
    threshold: Bits56,
    randomness: Bits56 | undefined,
  ): Prior {
    const before = fault === INCONSISTENT ? undefined : prior.threshold;
    const falls = before !== undefined && isLess(threshold, before);
    const isHash = this.mode === 'hash_seed' && randomness !== undefined;
    return {
      threshold: falls ? before : threshold,
      randomness: isHash ? randomness : prior.randomness,
    };
  }

  /**
   * hash_seed where somebody else sampled before with other randomness. The two are independent, so the probabilities
   * multiply; and a randomness is written that keeps the new threshold, so that samplers behind find no contradiction.
   * Upstream calls this an error and drops the item.
   */
  #decideAfterOther(item: Item, prior: Prior, hashed: Bits56, policy: string): Decision {
    const own = item.forced ?? this.#threshold;
    const isForced = item.forced !== undefined;
    const kept = keeps(own, hashed);
    const words = { kept, policy: isForced ? 'sampling_priority' : policy, fault: undefined };
    if (!kept || isEqual(own, KEEP_ALL)) return { ...words, write: kept ? prior : undefined };
    const before = prior.randomness ?? item.traceRandomness;
    const stated = prior.threshold ?? KEEP_ALL;
    // A threshold that the item should not have passed says nothing.
    const isTrue = before === undefined || keeps(stated, before);
    const share = TWO_56 - toBigInt(isTrue ? stated : KEEP_ALL);
    const part = (of: Bits56): bigint => {
      const scaled = (share * (TWO_56 - toBigInt(of))) >> 56n;
      return scaled === 0n ? 1n : scaled;
    };
    const threshold = fromBigInt(TWO_56 - part(own));
    const randomness = fromBigInt(TWO_56 - part(hashed));
    return { ...words, write: { threshold, randomness } };
  }
}

function faultOf(prior: Prior | undefined, randomness: Bits56 | undefined): string | undefined {
  if (prior === undefined) return UNREADABLE;
  if (randomness === undefined) return MISSING;
  const { threshold } = prior;
  return threshold !== undefined && !keeps(threshold, randomness) ? INCONSISTENT : undefined;
}
