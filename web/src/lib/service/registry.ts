// Every service and peer this page has heard of, so that a name has the same initials everywhere on it.
// Initials are given in order of the server's numbers, not of appearance.

import { useSyncExternalStore } from 'react';
import type { ServiceRef } from '../../../../src/api/contract/common.ts';
import { initialsOf } from './initials.ts';

const known = new Map<string, ServiceRef>();
const listeners = new Set<() => void>();
let initials: ReadonlyMap<string, string> = new Map();
/** Names that arrive in one turn are told to the page once. */
let announced = true;

export function learnServices(refs: Iterable<ServiceRef>): void {
  let changed = false;
  for (const ref of refs) {
    const before = known.get(ref.name);
    if (before?.number === ref.number && before.outside === ref.outside) continue;
    known.set(ref.name, ref);
    changed = true;
  }
  if (!changed) return;
  const ordered = [...known.values()].toSorted(
    (a, b) => a.number - b.number || (a.name < b.name ? -1 : 1),
  );
  initials = initialsOf(ordered.map((ref) => ref.name));
  if (!announced) return;
  announced = false;
  queueMicrotask(() => {
    announced = true;
    for (const listener of listeners) listener();
  });
}

export const serviceOf = (name: string): ServiceRef | undefined => known.get(name);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useInitials(): ReadonlyMap<string, string> {
  return useSyncExternalStore(subscribe, () => initials);
}
