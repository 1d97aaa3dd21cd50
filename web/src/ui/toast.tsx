// A word about the result of one's own action, bottom left, five seconds; never for trouble with data.

import { useSyncExternalStore } from 'react';
import './states.css';

const SHOWN_MS = 5000;

interface Toast {
  readonly id: number;
  readonly text: string;
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(value: readonly Toast[]): void {
  toasts = value;
  for (const listener of listeners) listener();
}

export function toast(text: string): void {
  const id = next;
  next += 1;
  set([...toasts, { id, text }]);
  setTimeout(() => set(toasts.filter((one) => one.id !== id)), SHOWN_MS);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status">
      {shown.map((one) => (
        <div key={one.id} className="toast">
          {one.text}
        </div>
      ))}
    </div>
  );
}
