// Acting on rows: which is selected, opening and closing, going to a span that is hidden now.

import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type RefObject,
} from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import type { Actions } from './use-trace-keys.ts';
import type { TraceState } from './use-trace-state.ts';
import { hiding } from './waterfall/hiding.ts';
import type { Model } from './waterfall/use-scene.ts';
import type { WaterfallProps } from './waterfall/waterfall-props.ts';

export interface RowActions {
  readonly selectedRow: number;
  readonly reveal: WaterfallProps['reveal'];
  readonly selectRow: (row: number) => void;
  readonly toggleRowAt: (row: number) => void;
  readonly actions: Actions;
}

export function useRowActions(
  trace: TraceAnswer,
  state: TraceState,
  model: Model,
  findBox: RefObject<HTMLInputElement | null>,
): RowActions {
  const { rows } = model;
  // A note or a log line has no span of its own: it is selected by its row's key.
  const [rowKey, setRowKey] = useState<string | null>(null);
  const [turn, setTurn] = useState({ at: 0, how: 'open' as 'open' | 'near' });
  const keyed = rowKey === null ? -1 : rows.rows.findIndex((row) => row.key === rowKey);
  const selectedRow = keyed >= 0 ? keyed : (rows.rowOf[state.selected] ?? -1);
  const latest = useRef({ rows, selectedRow, state, model });
  useLayoutEffect(() => {
    latest.current = { rows, selectedRow, state, model };
  });

  const focusRow = useFocusRow(selectedRow);
  const selectRow = useCallback(
    (at: number, how: 'push' | 'replace' = 'push') => {
      const row = latest.current.rows.rows[at];
      if (row === undefined) return;
      setRowKey(row.kind === 'span' ? null : row.key);
      const span =
        row.kind === 'span' || row.kind === 'fold'
          ? row.span
          : row.kind === 'note'
            ? (trace.notes[row.note]?.span ?? -1)
            : (latest.current.model.logs[row.log]?.span ?? -1);
      if (span >= 0) latest.current.state.select(span, how);
    },
    [trace],
  );
  const toggleRowAt = useCallback(
    (at: number) => {
      const row = latest.current.rows.rows[at];
      if (row?.kind === 'span' && row.open !== null) latest.current.state.toggle([row.key]);
      if (row?.kind === 'fold')
        latest.current.state.toggle([`x${trace.spans.spanId[row.span] ?? ''}`]);
    },
    [trace],
  );
  const actions = useMemo(
    (): Actions => ({
      goTo(span) {
        const { state: now, model: shown } = latest.current;
        if (now.view !== 'waterfall') now.setView('waterfall');
        setRowKey(null);
        now.select(span, 'replace', hiding(trace.spans, shown, span));
        setTurn((before) => ({ at: before.at + 1, how: 'near' }));
        focusRow();
      },
      stepRow(by) {
        const { rows: shown, selectedRow: from } = latest.current;
        const next = Math.min(Math.max(0, from + by), shown.rows.length - 1);
        selectRow(next, 'replace');
        setTurn((before) => ({ at: before.at + 1, how: 'near' }));
        focusRow();
      },
      openRow() {
        const { rows: shown, selectedRow: at } = latest.current;
        const row = shown.rows[at];
        if (row === undefined || row.kind === 'note' || row.kind === 'log') return;
        if (row.open === false) toggleRowAt(at);
        else if (row.open === true) actions.stepRow(1);
      },
      closeRow() {
        const { rows: shown, selectedRow: at } = latest.current;
        const row = shown.rows[at];
        if (row === undefined) return;
        if ((row.kind === 'span' || row.kind === 'fold') && row.open === true) {
          toggleRowAt(at);
          return;
        }
        for (let up = at - 1; up >= 0; up -= 1)
          if ((shown.rows[up]?.depth ?? 0) < row.depth) {
            actions.stepRow(up - at);
            return;
          }
      },
      toggleRow: () => toggleRowAt(latest.current.selectedRow),
      focusFind() {
        findBox.current?.focus();
        findBox.current?.select();
      },
      zoomToSpan() {
        const { state: now } = latest.current;
        const start = trace.spans.start[now.selected] ?? 0;
        const length = trace.spans.duration[now.selected] ?? 0;
        const margin = Math.max(length * 0.05, trace.extent * 1e-6);
        now.setZoom([Math.max(0, start - margin), Math.min(trace.extent, start + length + margin)]);
      },
    }),
    [trace, selectRow, toggleRowAt, findBox, focusRow],
  );
  const reveal = useMemo(
    () => ({ row: selectedRow, how: turn.how, turn: turn.at }),
    [selectedRow, turn],
  );
  return { selectedRow, reveal, selectRow, toggleRowAt, actions };
}

/** After a step by key the row has the focus, also when it had to be rendered first. */
function useFocusRow(selectedRow: number): () => void {
  const wanted = useRef(false);
  const [, again] = useState(0);
  useEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    document
      .querySelector<HTMLElement>(`[data-row="${String(selectedRow)}"]`)
      ?.focus({ preventScroll: true });
  });
  return useCallback(() => {
    wanted.current = true;
    again((before) => before + 1);
  }, []);
}
