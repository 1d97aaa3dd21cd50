// The live tail as a state: what is shown, what waits while the reader scrolls, how many lines come and how many of
// them are shown. Pure; use-tail.ts feeds it.

import type { LogRow, TailEvent } from '../../../../src/api/contract/logs.ts';

/** Older live lines fall off; the search has all. */
export const TAIL_KEPT = 1_000;
const WINDOW_MS = 10_000;

interface Beat {
  readonly atMs: number;
  readonly shown: number;
  readonly all: number;
}

export interface TailState {
  /** Newest first. */
  readonly rows: readonly LogRow[];
  readonly waiting: readonly LogRow[];
  readonly beats: readonly Beat[];
  /** When the first lines came; null: none yet. */
  readonly startedMs: number | null;
}

export const EMPTY_TAIL: TailState = { rows: [], waiting: [], beats: [], startedMs: null };

/** They come by arrival; within one batch a reader expects them by time. */
const newestFirst = (a: LogRow, b: LogRow): number =>
  b.time.length - a.time.length || (a.time < b.time ? 1 : a.time > b.time ? -1 : 0);

export function arrived(
  state: TailState,
  event: TailEvent,
  nowMs: number,
  held: boolean,
): TailState {
  const fresh = event.rows.toSorted(newestFirst);
  const beat = { atMs: nowMs, shown: fresh.length, all: fresh.length + event.skipped };
  const beats = [...state.beats.filter(({ atMs }) => nowMs - atMs < WINDOW_MS), beat];
  const startedMs = state.startedMs ?? nowMs;
  return held
    ? { ...state, startedMs, beats, waiting: [...fresh, ...state.waiting].slice(0, TAIL_KEPT) }
    : {
        ...state,
        startedMs,
        beats,
        rows: [...fresh, ...state.waiting, ...state.rows].slice(0, TAIL_KEPT),
        waiting: [],
      };
}

export const released = (state: TailState): TailState =>
  state.waiting.length === 0
    ? state
    : { ...state, rows: [...state.waiting, ...state.rows].slice(0, TAIL_KEPT), waiting: [] };

/** Lines a second over the last ten seconds, and of how many one is shown. */
export function tailRate(
  state: TailState,
  nowMs: number,
): { readonly perSecond: number; readonly oneOf: number } {
  const beats = state.beats.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
  const all = beats.reduce((sum, beat) => sum + beat.all, 0);
  const shown = beats.reduce((sum, beat) => sum + beat.shown, 0);
  const seconds = Math.max(1, Math.min(WINDOW_MS, nowMs - (state.startedMs ?? nowMs)) / 1000);
  return {
    perSecond: all / seconds,
    oneOf: shown === 0 ? 1 : Math.max(1, Math.round(all / shown)),
  };
}
