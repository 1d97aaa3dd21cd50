// A further sampling with a chance of its own, by other means than the item's randomness: what is then to be written, so
// that counts stay right and the randomness still agrees with the threshold.

import { type Bits56, fromBigInt, toBigInt } from './bits56.ts';
import { KEEP_ALL, keeps } from './threshold.ts';

const TWO_56 = 1n << 56n;

export interface Sampled {
  readonly threshold: Bits56 | undefined;
  readonly randomness: Bits56 | undefined;
}

/**
 * What an item kept one time in `weight` says then. Its randomness is squeezed into what the new threshold leaves, which
 * keeps its order and makes it uniform again.
 * @param traceRandomness of its trace id, where it has none of its own.
 */
export function keptOneIn(
  weight: bigint,
  { threshold, randomness }: Sampled,
  traceRandomness: Bits56 | undefined,
): Sampled {
  const before = randomness ?? traceRandomness;
  // A threshold that the item should not have passed says nothing.
  const isTrue = threshold === undefined || before === undefined || keeps(threshold, before);
  const stated = (isTrue ? threshold : undefined) ?? KEEP_ALL;
  if (weight <= 1n || before === undefined) return { threshold: stated, randomness };
  const part = (of: Bits56): Bits56 => {
    const share = (TWO_56 - toBigInt(of)) / weight;
    return fromBigInt(TWO_56 - (share === 0n ? 1n : share));
  };
  return { threshold: part(stated), randomness: part(before) };
}
