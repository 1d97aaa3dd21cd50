// So many a second, and some more at once after a quiet time.

const MS_PER_SECOND = 1000;

export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, capacity: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#atMs = nowMs;
  }

  /** @param nowMs never goes back. */
  take(nowMs: number): boolean {
    const more = ((nowMs - this.#atMs) / MS_PER_SECOND) * this.#perSecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + more);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
