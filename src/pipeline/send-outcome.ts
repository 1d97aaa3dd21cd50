// What became of one attempt to send a batch. Queue, retries, timeout, dead letters and counters follow from it.

export type SendOutcome =
  /** Delivered. `rejected`: the other side took the rest only (partial success); counted and shown, not sent again. */
  | {
      readonly kind: 'ok';
      readonly rejected?: { readonly items: number; readonly reason: string } | undefined;
    }
  /** Not now. `afterMs`: what the other side asked for; the longer of that and the backoff is waited. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number | undefined }
  /** Never: sending the same again would give the same answer. Goes to the dead letters. */
  | { readonly kind: 'permanent'; readonly reason: string };

export const SENT: SendOutcome = { kind: 'ok' };
