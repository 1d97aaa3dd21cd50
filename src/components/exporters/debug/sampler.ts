// How often one message is written: the first few of each second, then one in so many. As zap's sampler, which counts
// messages by a hash of their text, 4,096 counters in all: https://pkg.go.dev/go.uber.org/zap/zapcore#NewSamplerWithOptions

const COUNTERS = 4096;
const TICK_MS = 1000;
const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

export class Sampler {
  readonly #initial: number;
  readonly #thereafter: number;
  readonly #counts = new Uint32Array(COUNTERS);
  readonly #resetAtMs = new Float64Array(COUNTERS);

  constructor(initial: number, thereafter: number) {
    this.#initial = initial;
    this.#thereafter = thereafter;
  }

  /** Whether this message is to be written. */
  takes(message: string, nowMs: number): boolean {
    const at = fnv(message) % COUNTERS;
    if (nowMs >= (this.#resetAtMs[at] ?? 0)) {
      this.#counts[at] = 0;
      this.#resetAtMs[at] = nowMs + TICK_MS;
    }
    const count = (this.#counts[at] ?? 0) + 1;
    this.#counts[at] = count;
    if (count <= this.#initial) return true;
    return this.#thereafter > 0 && (count - this.#initial) % this.#thereafter === 0;
  }
}

function fnv(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}
