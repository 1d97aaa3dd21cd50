// Keys: one listener for the page; the page that registered last is asked first. Single keys are off while a text
// field has focus, while a dialog is open, and where the reader switched them off. Two-key sequences start with `g`.

import { useEffect, useLayoutEffect, useRef } from 'react';
import { settings } from './settings.ts';

/** Name of a key as `KeyboardEvent.key` has it; `g t` for a sequence, `mod+k` with Ctrl or Command. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const stack: Array<{ readonly current: KeyMap }> = [];
const SEQUENCE_MS = 1200;
let prefix = '';
let prefixAt = 0;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

function nameOf(event: KeyboardEvent): string | null {
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  const shifted = event.shiftKey && event.key.length > 1 ? 'Shift+' : '';
  return (mod ? 'mod+' : '') + shifted + event.key;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  let name = nameOf(event);
  if (name === null) return;
  const always = name.startsWith('mod+') || name === 'Escape';
  if (!always && typing(event.target)) return;
  if (!always && name.length === 1 && !settings().singleKeys) return;
  if (prefix !== '' && event.timeStamp - prefixAt < SEQUENCE_MS) name = `${prefix} ${name}`;
  prefix = '';
  for (const map of stack.toReversed()) {
    const action = map.current[name];
    if (action === undefined) continue;
    event.preventDefault();
    action(event);
    return;
  }
  if (name === 'g') {
    prefix = 'g';
    prefixAt = event.timeStamp;
  }
}

/** Registers keys while the component is shown. The map may change with every render. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys);
  useLayoutEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (stack.length === 0) document.addEventListener('keydown', onKey);
    stack.push(current);
    return () => {
      stack.splice(stack.indexOf(current), 1);
      if (stack.length === 0) document.removeEventListener('keydown', onKey);
    };
  }, []);
}

export const MOD_KEY = /mac|iphone|ipad/iu.test(navigator.platform) ? '⌘' : 'Ctrl ';
