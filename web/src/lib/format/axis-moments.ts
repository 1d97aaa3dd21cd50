// Moments for a time axis: at multiples of a round step, so that labels stay where they are while the range moves on.

const STEPS_MS = [
  1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1.8e6, 3.6e6, 7.2e6, 10.8e6,
  21.6e6, 43.2e6, 86.4e6, 172.8e6, 604.8e6,
] as const;

export interface AxisMoments {
  readonly stepMs: number;
  readonly at: readonly number[];
}

/** At most `most` moments between the two. */
export function axisMoments(fromMs: number, toMs: number, most: number): AxisMoments {
  const wanted = (toMs - fromMs) / Math.max(1, most);
  const stepMs = STEPS_MS.find((step) => step >= wanted) ?? Math.ceil(wanted / 604.8e6) * 604.8e6;
  const at: number[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) at.push(ms);
  return { stepMs, at };
}
