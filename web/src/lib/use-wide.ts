// Which of the layouts of the brief is shown; the numbers are those of the CSS.

import { useSyncExternalStore } from 'react';

const queryOf = (px: number) => window.matchMedia(`(max-width: ${String(px)}px)`);
const NARROW = queryOf(760);
const OVERLAY = queryOf(1180);

const subscribeTo =
  (query: MediaQueryList) =>
  (listener: () => void): (() => void) => {
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  };

const onNarrow = subscribeTo(NARROW);
const onOverlay = subscribeTo(OVERLAY);

/** False under 760 px. */
export const useWide = (): boolean => !useSyncExternalStore(onNarrow, () => NARROW.matches);

/** True where the panel lies over the page instead of beside the work. */
export const usePanelOverlays = (): boolean =>
  useSyncExternalStore(onOverlay, () => OVERLAY.matches);
