// Which requests were stored lately. A client whose answer was lost sends the same bytes again; it gets its answer, and
// the items are not counted twice.
//
// Two generations: entries move out of reach when the older one is dropped, so forgetting costs nothing an entry.

/** How long a request is remembered. SDKs and Collectors give up retrying after 10 s to 5 min. */
export const REPEAT_WINDOW_MS = 5 * 60 * 1000;
/** 2 × 200,000 entries of about 90 B: 36 MB at most. Above 670 requests a second the window gets shorter. */
const MAX_GENERATION_ENTRIES = 200_000;

export class Repeats {
  /** Fingerprint in latin1 → receive time in ms. */
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #youngSinceMs: number;
  readonly #windowMs: number;

  constructor(nowMs: number, windowMs = REPEAT_WINDOW_MS) {
    this.#youngSinceMs = nowMs;
    this.#windowMs = windowMs;
  }

  has(key: string, nowMs: number): boolean {
    const seenMs = this.#young.get(key) ?? this.#old.get(key);
    // The clock may have been set back in between.
    return seenMs !== undefined && Math.abs(nowMs - seenMs) <= this.#windowMs;
  }

  add(key: string, seenMs: number, nowMs: number): void {
    const age = Math.abs(nowMs - this.#youngSinceMs);
    if (age > this.#windowMs || this.#young.size >= MAX_GENERATION_ENTRIES) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSinceMs = nowMs;
    }
    this.#young.set(key, seenMs);
  }
}

export const repeatKey = (fingerprint: Buffer): string => fingerprint.toString('latin1');
