// What the reader sets for this browser: theme and single keys. localStorage holds settings only, never data.

import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

interface Settings {
  readonly theme: ThemeChoice;
  /** WCAG 2.1.4: single-key shortcuts can be switched off. */
  readonly singleKeys: boolean;
}

const KEY = 'throughline.settings';
const DEFAULTS: Settings = { theme: 'system', singleKeys: true };
const listeners = new Set<() => void>();
let current = load();

function load(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : DEFAULTS.theme,
      singleKeys: stored.singleKeys ?? DEFAULTS.singleKeys,
    };
  } catch {
    // Storage may be forbidden; the page works without.
    return DEFAULTS;
  }
}

export const settings = (): Settings => current;

export function changeSettings(next: Partial<Settings>): void {
  current = { ...current, ...next };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // As above: it lasts until the tab is closed.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
dark.addEventListener('change', () => {
  for (const listener of listeners) listener();
});

/** `?theme=` of the address wins over the setting, for links and pictures. */
const forced = new URLSearchParams(window.location.search).get('theme');

export function shownTheme(): 'light' | 'dark' {
  if (forced === 'light' || forced === 'dark') return forced;
  return current.theme === 'system' ? (dark.matches ? 'dark' : 'light') : current.theme;
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = shownTheme();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSettings = (): Settings => useSyncExternalStore(subscribe, settings);
export const useShownTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, shownTheme);
