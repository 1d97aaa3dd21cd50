// The life of a child process. It ends when its parent does, however that happened: when the IPC channel closes,
// nobody is left to watch it. Ctrl-C reaches the whole process group, so only the parent reacts to it.

import type { Conditions } from './conditions.ts';
import { toChild } from './messages.ts';
import type { FromChild, Peers } from './messages.ts';

const STOP_DEADLINE_MS = 2_000;

type Stop = () => Promise<void> | void;

const stops: Stop[] = [];
let stopping = false;

/** Run at the end, last registered first, within a deadline. */
export function onStop(stop: Stop): void {
  stops.push(stop);
}

export function onPeers(use: (peers: Peers) => void): void {
  process.on('message', (value) => {
    const message = toChild(value);
    if (message?.kind === 'peers') use(message.peers);
  });
}

export function onConditions(use: (conditions: Conditions) => void): void {
  process.on('message', (value) => {
    const message = toChild(value);
    if (message?.kind === 'conditions') use(message.conditions);
  });
}

export function tellParent(message: FromChild): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

export function watchParent(): void {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void end());
  process.on('disconnect', () => void end());
  // Without a channel nobody would ever end this process.
  if (process.send === undefined) throw new Error('Start this through throughline-demo.');
}

async function end(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch {
      // The next one still has its turn; there is nobody left to tell.
    }
  }
  process.exit(0);
}
