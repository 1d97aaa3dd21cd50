// The trace page's keys, each one action; the sheet (`?`) lists them.

import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { useKeys, type KeyMap } from '../../lib/keyboard.ts';
import { neighbourOf } from '../../lib/trace-list.ts';
import { paths } from '../../lib/url/paths.ts';
import { nextOf } from './next-of.ts';
import type { TraceState } from './use-trace-state.ts';
import type { Model } from './waterfall/use-scene.ts';

export interface Actions {
  /** Selects a span, opens what hides it, scrolls to it. */
  readonly goTo: (span: number) => void;
  readonly stepRow: (by: number) => void;
  readonly openRow: () => void;
  readonly closeRow: () => void;
  readonly toggleRow: () => void;
  readonly focusFind: () => void;
  readonly zoomToSpan: () => void;
}

const STATUS_ERROR = 2;

export function useTraceKeys(
  trace: TraceAnswer,
  state: TraceState,
  model: Model,
  actions: Actions,
): { nextError: (step: 1 | -1) => void } {
  const [, navigate] = useLocation();
  const errors = useMemo(
    () => trace.spans.status.flatMap((status, at) => (status === STATUS_ERROR ? [at] : [])),
    [trace.spans],
  );
  const nextError = (step: 1 | -1): void => go(errors, step);
  const go = (among: readonly number[], step: 1 | -1): void => {
    const next = nextOf(among, state.selected, step);
    if (next !== null) actions.goTo(next);
  };
  const neighbour = (step: 1 | -1): void => {
    const id = neighbourOf(trace.traceId, step);
    if (id !== null) navigate(paths.trace(id));
  };
  const keys: KeyMap = {
    c: () => state.setCrit(!state.crit),
    f: () => state.setFold(!state.fold),
    i: () => state.setLogs(!state.logs),
    e: () => nextError(1),
    E: () => nextError(-1),
    n: () => go(state.hits, 1),
    N: () => go(state.hits, -1),
    p: () => goStretch(stretchSpans(model, trace), state.selected, 1, actions.goTo),
    P: () => goStretch(stretchSpans(model, trace), state.selected, -1, actions.goTo),
    z: actions.zoomToSpan,
    Z: () => (state.zoomed ? window.history.back() : undefined),
    v: () => actions.goTo(trace.verdict.culprit?.span ?? 0),
    j: () => actions.stepRow(1),
    k: () => actions.stepRow(-1),
    ArrowDown: () => actions.stepRow(1),
    ArrowUp: () => actions.stepRow(-1),
    l: actions.openRow,
    ArrowRight: actions.openRow,
    h: actions.closeRow,
    ArrowLeft: actions.closeRow,
    Enter: () => state.setPanel(state.panel === 'off' ? 'attributes' : 'off'),
    '/': actions.focusFind,
    'mod+f': actions.focusFind,
    '[': () => neighbour(-1),
    ']': () => neighbour(1),
    '1': () => state.setView('waterfall'),
    '2': () => state.setView('table'),
    '3': () => state.setView('logs'),
    '4': () => state.setView('events'),
  };
  useKeys(state.part >= 0 ? { ...keys, Escape: () => state.setPart(-1) } : keys);
  return { nextError };
}

/** The spans of the path's visible stretches, in time order. */
function stretchSpans(model: Model, trace: TraceAnswer): readonly number[] {
  const least = trace.duration / 200;
  const { runs } = model;
  return Array.from(runs.row.subarray(0, runs.count))
    .filter((_, at) => (runs.end[at] ?? 0) - (runs.start[at] ?? 0) >= least)
    .flatMap((at) => {
      const row = model.rows.rows[at];
      return row === undefined || row.kind === 'log'
        ? []
        : row.kind === 'note'
          ? (trace.notes[row.note]?.span ?? [])
          : row.span;
    });
}

function goStretch(
  stretches: readonly number[],
  selected: number,
  step: 1 | -1,
  goTo: (span: number) => void,
): void {
  const at = stretches.indexOf(selected);
  const next = at < 0 ? (step > 0 ? 0 : stretches.length - 1) : at + step;
  const span = stretches[next];
  if (span !== undefined) goTo(span);
}
