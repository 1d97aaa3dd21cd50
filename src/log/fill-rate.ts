// When will it be full, at the rate of the last half minute?

/** Long enough to even out the deletion of whole segments, short enough to follow a change of load. */
const WINDOW_MS = 30_000;
const SAMPLE_EVERY_MS = 1000;

export class FillRate {
  readonly #samples: Array<{ readonly atMs: number; readonly bytes: number }> = [];

  sample(nowMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && Math.abs(nowMs - last.atMs) < SAMPLE_EVERY_MS) return;
    this.#samples.push({ atMs: nowMs, bytes });
    while (this.#samples.length > 2 && nowMs - (this.#samples[0]?.atMs ?? nowMs) > WINDOW_MS) {
      this.#samples.shift();
    }
  }

  /** Undefined where it does not grow, or nothing is known yet. */
  secondsUntil(limitBytes: number, nowMs: number, bytes: number): number | undefined {
    const first = this.#samples[0];
    if (first === undefined || nowMs <= first.atMs) return undefined;
    const bytesPerSecond = ((bytes - first.bytes) * 1000) / (nowMs - first.atMs);
    return bytesPerSecond > 0 ? Math.max(0, limitBytes - bytes) / bytesPerSecond : undefined;
  }
}
