// Which build of the UI this page is, and whether the server serves a newer one.

import { useSyncExternalStore } from 'react';

export const OWN_BUILD =
  document.querySelector<HTMLMetaElement>('meta[name="throughline-build"]')?.content ??
  'development';

let outdated = false;
const listeners = new Set<() => void>();

export function noteServerBuild(build: string | null): void {
  if (build === null || build === '' || OWN_BUILD === 'development') return;
  if (build === OWN_BUILD || outdated) return;
  outdated = true;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useOutdated = (): boolean => useSyncExternalStore(subscribe, () => outdated);
