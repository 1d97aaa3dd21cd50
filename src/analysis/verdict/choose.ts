// Which claim is the culprit, or that none is.
//
// A single trace has no "usual" to be compared with, so a claim must stand out by itself:
// - attempts that failed, and ten or more calls one after another, are faults of construction: 25 % and 100 ms suffice;
// - fewer calls one after another are the usual way to write a program: on a slow day they have most of a healthy request
//   too, so that they need 60 % and 400 ms;
// - anything else needs 40 % and 400 ms: a fast request always has a largest part, and naming it would blame the healthy.
// When the runner-up has nearly as much, the trace does not tell the two apart, and both are named.

import type { Claim } from './claims.ts';

const FAULT_SHARE = 0.25;
const FAULT_NANOS = 100e6;
const FAULT_SERIAL_CALLS = 10;

export const PLAIN_SHARE = 0.4;
export const PLAIN_NANOS = 400e6;

const FEW_SERIAL_SHARE = 0.6;

/** A runner-up with this much of the first one's time leaves the verdict open. */
const CLOSE_SHARE = 0.8;

/** Below this much time to the answer no claim can stand out, whatever it is. */
export const VERDICT_MIN_NANOS = FAULT_NANOS;

export interface Choice {
  readonly culprit: Claim | undefined;
  /** The largest claim beside the culprit. */
  readonly runnerUp: Claim | undefined;
  /** The runner-up stands out too, nearly as much. */
  readonly close: boolean;
}

/** `claims` largest first. */
export function choose(claims: readonly Claim[], totalNanos: number): Choice {
  const culprit = claims.find((claim) => standsOut(claim, totalNanos));
  const runnerUp = claims.find((claim) => claim !== culprit);
  const close =
    culprit !== undefined &&
    runnerUp !== undefined &&
    standsOut(runnerUp, totalNanos) &&
    runnerUp.nanos >= culprit.nanos * CLOSE_SHARE;
  return { culprit, runnerUp, close };
}

function standsOut(claim: Claim, totalNanos: number): boolean {
  const isFault =
    claim.kind === 'attempts' ||
    (claim.kind === 'serial' && (claim.parts[0]?.calls ?? 0) >= FAULT_SERIAL_CALLS);
  if (isFault) return claim.nanos >= FAULT_NANOS && claim.nanos >= totalNanos * FAULT_SHARE;
  const share = claim.kind === 'serial' ? FEW_SERIAL_SHARE : PLAIN_SHARE;
  return claim.nanos >= PLAIN_NANOS && claim.nanos >= totalNanos * share;
}
