// A further sampling with a chance of its own, by other means than the item's randomness: what is then to be written, so
// that counts stay right and the randomness still agrees with the threshold.

import { ALL, type Bits56, fromBigInt, toBigInt } from './bits56.ts';
import { KEEP_ALL, keeps } from './threshold.ts';

const BITS = 56n;
const TWO_56 = 1n << BITS;

export interface Sampled {
  readonly threshold: Bits56 | undefined;
  readonly randomness: Bits56 | undefined;
}

/**
 * What an item kept one time in `weight` says then.
 * @param traceRandomness of its trace id, where it has none of its own.
 */
export const keptOneIn = (
  weight: bigint,
  sampled: Sampled,
  traceRandomness: Bits56 | undefined,
): Sampled =>
  squeezed(weight <= 1n ? undefined : (left) => left / weight, sampled, traceRandomness);

/** What an item says that was kept with a chance above 0 and up to 1, whatever its inverse is. */
export function keptWithChance(
  chance: number,
  sampled: Sampled,
  traceRandomness: Bits56 | undefined,
): Sampled {
  const part = BigInt(Math.round(chance * ALL));
  const squeeze = (left: bigint): bigint => (left * part) >> BITS;
  return squeezed(chance >= 1 ? undefined : squeeze, sampled, traceRandomness);
}

/**
 * The randomness is squeezed into what the new threshold leaves, which keeps its order and makes it uniform again.
 * @param squeeze of what is above a threshold or randomness; undefined: all of it stays.
 */
function squeezed(
  squeeze: ((left: bigint) => bigint) | undefined,
  { threshold, randomness }: Sampled,
  traceRandomness: Bits56 | undefined,
): Sampled {
  const before = randomness ?? traceRandomness;
  // A threshold that the item should not have passed says nothing.
  const isTrue = threshold === undefined || before === undefined || keeps(threshold, before);
  const stated = (isTrue ? threshold : undefined) ?? KEEP_ALL;
  if (squeeze === undefined || before === undefined) return { threshold: stated, randomness };
  const part = (of: Bits56): Bits56 => {
    const share = squeeze(TWO_56 - toBigInt(of));
    return fromBigInt(TWO_56 - (share === 0n ? 1n : share));
  };
  return { threshold: part(stated), randomness: part(before) };
}
