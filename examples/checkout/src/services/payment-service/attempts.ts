// How often the provider is asked, and how long it is left alone in between.

const ATTEMPTS_MAX = 3;
export const ANSWER_TIMEOUT_MS = 1_500;

const PAUSE_AFTER_SILENCE_MS = 1_000;
const PAUSE_AFTER_REFUSAL_MS = 60;

/** What became of one attempt: `silent` when no answer came in time, `busy` when the answer was a 5xx. */
export type Outcome = 'silent' | 'busy';

/** The pause before the next attempt; undefined when there is none. */
export function pauseBeforeNextMs(attempt: number, outcome: Outcome): number | undefined {
  if (attempt >= ATTEMPTS_MAX) return undefined;
  return outcome === 'silent' ? PAUSE_AFTER_SILENCE_MS : PAUSE_AFTER_REFUSAL_MS * attempt;
}
