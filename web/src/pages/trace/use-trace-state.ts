// The trace page's state: read from the URL, changed through it. Stepping with keys replaces the address, a click or a
// switch pushes one, so that Back undoes what a reader would call a step.

import { useCallback, useMemo, useState } from 'react';
import type { FindAnswer, TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi, type Query } from '../../lib/api/use-api.ts';
import { change, useParam, useSetParams, type Change } from '../../lib/url/params.ts';
import { CRIT, FIND, FOLD, LOGS, OPEN, PANEL, PART, SPAN, VIEW, ZOOM } from './trace-params.ts';

const NANOS_PER_MS = 1e6;
/** A set that would make the address unusable stays in this page only. */
const MOST_IN_URL = 150;

export interface TraceState {
  readonly view: 'waterfall' | 'table' | 'logs' | 'events';
  readonly panel: 'attributes' | 'logs' | 'events' | 'resource' | 'off';
  readonly fold: boolean;
  readonly crit: boolean;
  readonly logs: boolean;
  readonly find: string;
  readonly part: number;
  readonly toggled: ReadonlySet<string>;
  /** ns from the trace's start. */
  readonly zoom: readonly [number, number];
  readonly zoomed: boolean;
  /** Index of a span by its id. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** Index of the span shown in the panel, -1: none. */
  readonly selected: number;
  readonly chosenByReader: boolean;
  readonly hits: readonly number[];
  readonly hitsTotal: number;
  readonly finding: Query<FindAnswer>;
  readonly setView: (view: TraceState['view']) => void;
  readonly setPanel: (panel: TraceState['panel']) => void;
  readonly setFold: (on: boolean) => void;
  readonly setCrit: (on: boolean) => void;
  readonly setLogs: (on: boolean) => void;
  readonly setFind: (text: string) => void;
  readonly setPart: (part: number) => void;
  readonly setZoom: (zoom: readonly [number, number], how?: 'push' | 'replace') => void;
  /** Also opens and closes what `toggled` names, in one step of the address. */
  readonly select: (span: number, how: 'push' | 'replace', toggled?: readonly string[]) => void;
  readonly toggle: (keys: readonly string[]) => void;
}

export function useTraceState(trace: TraceAnswer): TraceState {
  const set = useSetParams();
  const [view, setView] = useParam(VIEW);
  const [panel] = useParam(PANEL);
  const [fold, setFold] = useParam(FOLD);
  const [crit, setCrit] = useParam(CRIT);
  const [logs, setLogs] = useParam(LOGS);
  const [find, setFindText] = useParam(FIND);
  const [partText, setPartText] = useParam(PART);
  const [zoomMs] = useParam(ZOOM);
  const [spanId] = useParam(SPAN);
  const open = useToggled();
  const indexOf = useMemo(
    () => new Map(trace.spans.spanId.map((id, at) => [id, at])),
    [trace.spans],
  );
  const extent = Math.max(1, trace.extent);
  const zoom = useMemo(
    (): readonly [number, number] =>
      zoomMs === null ? [0, extent] : [zoomMs[0] * NANOS_PER_MS, zoomMs[1] * NANOS_PER_MS],
    [zoomMs, extent],
  );
  const { finding, hits } = useFinding(trace.traceId, find, indexOf);
  const chosen = indexOf.get(spanId);
  const { setZoom, select } = useMoves(trace, extent, open);
  return {
    view,
    panel,
    fold,
    crit,
    logs,
    find,
    part: partText === '' ? -1 : Number(partText),
    toggled: open.toggled,
    zoom,
    zoomed: zoomMs !== null,
    indexOf,
    selected: chosen ?? trace.verdict.culprit?.span ?? 0,
    chosenByReader: chosen !== undefined,
    hits,
    hitsTotal: finding.data?.total ?? 0,
    finding,
    setView,
    setPanel: useCallback((next) => set([change(PANEL, next)], 'replace'), [set]),
    setFold,
    setCrit,
    setLogs,
    setFind: useCallback((text: string) => setFindText(text, 'replace'), [setFindText]),
    setPart: useCallback(
      (part: number) => setPartText(part < 0 ? '' : String(part)),
      [setPartText],
    ),
    setZoom,
    select,
    toggle: open.toggle,
  };
}

interface Toggled {
  readonly toggled: ReadonlySet<string>;
  readonly toggle: (keys: readonly string[]) => void;
  /** What the address becomes; a set that is too long for it is kept in this page. */
  readonly changesOf: (keys: readonly string[]) => readonly Change[];
}

function useToggled(): Toggled {
  const [open] = useParam(OPEN);
  const set = useSetParams();
  const [local, setLocal] = useState<readonly string[] | null>(null);
  const list = local ?? open;
  const toggled = useMemo(() => new Set(list), [list]);
  const changesOf = useCallback(
    (keys: readonly string[]): readonly Change[] => {
      if (keys.length === 0) return [];
      const next = new Set(toggled);
      for (const key of keys) if (!next.delete(key)) next.add(key);
      const fits = next.size <= MOST_IN_URL;
      setLocal(fits ? null : [...next]);
      return fits ? [change(OPEN, [...next])] : [];
    },
    [toggled],
  );
  const toggle = useCallback(
    (keys: readonly string[]) => set(changesOf(keys), 'replace'),
    [set, changesOf],
  );
  return { toggled, toggle, changesOf };
}

function useFinding(
  traceId: string,
  find: string,
  indexOf: ReadonlyMap<string, number>,
): { finding: Query<FindAnswer>; hits: readonly number[] } {
  const finding = useApi<FindAnswer>(
    find === '' ? null : apiUrl(`/trace/${encodeURIComponent(traceId)}/find`, { text: find }),
  );
  const hits = useMemo(
    () => (find === '' ? [] : placesOf(finding.data?.spanIds ?? [], indexOf)),
    [find, finding.data, indexOf],
  );
  return { finding, hits };
}

/** Places of spans in the trace, in order. */
function placesOf(ids: readonly string[], indexOf: ReadonlyMap<string, number>): number[] {
  const places: number[] = [];
  for (const id of ids) {
    const at = indexOf.get(id);
    if (at !== undefined) places.push(at);
  }
  return Array.from(Int32Array.from(places).sort());
}

function useMoves(
  trace: TraceAnswer,
  extent: number,
  { changesOf }: Toggled,
): Pick<TraceState, 'setZoom' | 'select'> {
  const set = useSetParams();
  const setZoom = useCallback(
    (next: readonly [number, number], how: 'push' | 'replace' = 'push') => {
      const whole = next[0] <= 0 && next[1] >= extent;
      const ms = (nanos: number): number => Number((nanos / NANOS_PER_MS).toFixed(6));
      set(
        [change(ZOOM, whole ? null : [ms(Math.max(0, next[0])), ms(Math.min(extent, next[1]))])],
        how,
      );
    },
    [set, extent],
  );
  const select = useCallback(
    (span: number, how: 'push' | 'replace', toggled: readonly string[] = []) => {
      const id = trace.spans.spanId[span];
      if (id === undefined) return;
      const closed = new URLSearchParams(window.location.search).get('panel') === 'off';
      const panel = closed ? [change(PANEL, 'attributes')] : [];
      set([change(SPAN, id), ...panel, ...changesOf(toggled)], how);
    },
    [set, trace.spans, changesOf],
  );
  return { setZoom, select };
}
