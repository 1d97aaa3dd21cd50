// Time that passes, spread as it is in life: mostly near the typical value, sometimes well above it.

import { setTimeout as sleep } from 'node:timers/promises';

export const wait = (ms: number): Promise<void> => sleep(ms);

export const waitAbout = (typicalMs: number, spread = 0.25): Promise<void> =>
  sleep(aboutMs(typicalMs, Math.random(), spread));

/**
 * `chance` from 0 to 1: the share of all values that stay under this one. `spread` is how far the median lies above
 * the least possible value, as a share of the median.
 */
export function aboutMs(typicalMs: number, chance: number, spread = 0.25): number {
  const tail = -Math.log(1 - Math.min(chance, 0.999)) / Math.LN2; // 0 at the least, 1 at the median, 10 at most
  return typicalMs * (1 - spread + spread * tail);
}
