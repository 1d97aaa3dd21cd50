// The state of the program, told once a second by the server while the tab is visible; one stream for the whole page.

import { useSyncExternalStore } from 'react';
import type { StatusAnswer } from '../../../../src/api/contract/status.ts';
import { noteServerBuild } from './build.ts';
import { apiUrl, getJson } from './client.ts';
import { listen } from './events.ts';

interface LiveStatus {
  readonly status: StatusAnswer | null;
  /** False while the server does not answer. */
  readonly connected: boolean;
}

let current: LiveStatus = { status: null, connected: true };
let stop: (() => void) | null = null;
const listeners = new Set<() => void>();

function set(next: LiveStatus): void {
  current = next;
  for (const listener of listeners) listener();
}

function setStatus(status: StatusAnswer): void {
  noteServerBuild(status.build);
  set({ status, connected: true });
}

function start(): () => void {
  const first = new AbortController();
  getJson<StatusAnswer>(apiUrl('/status'), first.signal)
    .then(setStatus)
    .catch(() => {
      if (!first.signal.aborted) set({ ...current, connected: false });
    });
  const quiet = listen({
    url: apiUrl('/events'),
    event: 'status',
    onMessage(data) {
      setStatus(JSON.parse(data) as StatusAnswer);
    },
    onState(state) {
      if (state === 'lost') set({ ...current, connected: false });
    },
  });
  return () => {
    first.abort();
    quiet();
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  stop ??= start();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

export const useStatus = (): LiveStatus => useSyncExternalStore(subscribe, () => current);
