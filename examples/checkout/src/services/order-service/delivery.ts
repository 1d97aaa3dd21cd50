// What delivery costs, by the carrier's own rate library. No instrumentation knows it, so in a trace there is nothing
// where it works.

import { waitAbout } from '../../shared/wait.ts';

const RATE_LOOKUP_MS = 65;
const FREE_FROM_CENTS = 10_000;
const PARCEL_CENTS = 590;

export async function deliveryCents(totalCents: number): Promise<number> {
  await waitAbout(RATE_LOOKUP_MS);
  return totalCents >= FREE_FROM_CENTS ? 0 : PARCEL_CENTS;
}
