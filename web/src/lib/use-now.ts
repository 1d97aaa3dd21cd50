// The current time as state: it moves in steps, so that what is written from it ("8 min ago", a date when it is not
// today) is right and nothing is drawn anew between steps.

import { useSyncExternalStore } from 'react';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch, in steps of `stepMs`. */
export const useNow = (stepMs = 60_000): number =>
  useSyncExternalStore(subscribe, () => Math.ceil(Date.now() / stepMs) * stepMs);
