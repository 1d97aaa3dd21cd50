// One trace on the screen: what is above, the tools, the work area, the panel.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogRow, LogsAnswer } from '../../../../src/api/contract/logs.ts';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import type { Query } from '../../lib/api/use-api.ts';
import { usePanelOverlays, useWide } from '../../lib/use-wide.ts';
import { NoteLine, PartialLine } from '../../ui/states.tsx';
import { DetailPanel } from './detail/panel.tsx';
import { EventsView } from './events-view.tsx';
import { LogsView } from './logs-view.tsx';
import { Overview } from './overview.tsx';
import { PartsTable } from './parts-table.tsx';
import { TableView } from './table-view.tsx';
import { TraceHeader } from './trace-header.tsx';
import { TraceTools } from './trace-tools.tsx';
import { useRowActions } from './use-row-actions.ts';
import { useTraceKeys, type Actions } from './use-trace-keys.ts';
import { useTraceState, type TraceState } from './use-trace-state.ts';
import { Verdict } from './verdict.tsx';
import { useModel, type Model } from './waterfall/use-scene.ts';
import { Waterfall } from './waterfall/waterfall.tsx';

export function TraceView({
  trace,
  lines,
  logs,
}: {
  trace: TraceAnswer;
  lines: readonly LogRow[];
  logs: Query<LogsAnswer>;
}) {
  const wide = useWide();
  const overlays = usePanelOverlays();
  const state = useTraceState(trace);
  const model = useModel(trace, lines, {
    toggled: state.toggled,
    fold: state.fold,
    showLogs: state.logs,
    onlyPart: state.part,
    wide,
    indexOf: state.indexOf,
  });
  const [pointed, setPointed] = useState(-1);
  const findBox = useRef<HTMLInputElement>(null);
  const rows = useRowActions(trace, state, model, findBox);
  const { nextError } = useTraceKeys(trace, state, model, rows.actions);
  const showPanel = hasPanel(state, overlays);
  return (
    <>
      <Above
        trace={trace}
        state={state}
        actions={rows.actions}
        pointed={pointed}
        onPoint={setPointed}
        onNextError={() => nextError(1)}
      />
      <TraceTools
        trace={trace}
        state={state}
        findBox={findBox}
        onNext={rows.actions.goTo}
        onNextError={nextError}
      />
      <TraceNotes trace={trace} state={state} />
      <div className={showPanel && !overlays ? 'work' : 'work alone'}>
        <WorkArea
          trace={trace}
          model={model}
          state={state}
          lines={lines}
          logs={logs}
          wide={wide}
          pointed={pointed}
          rows={rows}
        />
        {showPanel ? (
          <DetailPanel
            trace={trace}
            state={state}
            model={model}
            lines={lines}
            overlay={overlays}
            onGo={rows.actions.goTo}
          />
        ) : null}
      </div>
    </>
  );
}

/** Beside the rows always, over them only where the reader chose a span; lists of lines and events have none. */
const hasPanel = ({ panel, chosenByReader, view }: TraceState, overlays: boolean): boolean =>
  panel !== 'off' && (!overlays || chosenByReader) && (view === 'waterfall' || view === 'table');

/** Header, sentence, parts, ribbon, minimap. */
function Above({
  trace,
  state,
  actions,
  pointed,
  onPoint,
  onNextError,
}: {
  trace: TraceAnswer;
  state: TraceState;
  actions: Actions;
  pointed: number;
  onPoint: (part: number) => void;
  onNextError: () => void;
}) {
  return (
    <>
      <TraceHeader trace={trace} onNextError={onNextError} />
      <section className="vd" aria-label="Verdict">
        <Verdict trace={trace} onGo={actions.goTo} />
        {trace.parts.length === 0 ? null : (
          <PartsTable
            trace={trace}
            chosen={state.part}
            onPoint={onPoint}
            onChoose={state.setPart}
          />
        )}
      </section>
      {trace.spans.count > 1 ? (
        <Overview
          trace={trace}
          zoom={state.zoom}
          hits={state.hits}
          part={pointed}
          onZoom={state.setZoom}
          onPiece={actions.goTo}
        />
      ) : null}
    </>
  );
}

function WorkArea({
  trace,
  model,
  state,
  lines,
  logs,
  wide,
  pointed,
  rows,
}: {
  trace: TraceAnswer;
  model: Model;
  state: TraceState;
  lines: readonly LogRow[];
  logs: Query<LogsAnswer>;
  wide: boolean;
  pointed: number;
  rows: ReturnType<typeof useRowActions>;
}) {
  const hits = useMemo(() => new Set(state.hits), [state.hits]);
  const { select } = state;
  const selectByClick = useCallback((span: number) => select(span, 'push'), [select]);
  if (state.view === 'table')
    return <TableView trace={trace} model={model} state={state} onSelect={selectByClick} />;
  if (state.view === 'logs')
    return <LogsView trace={trace} lines={lines} logs={logs} onSpan={rows.actions.goTo} />;
  if (state.view === 'events')
    return (
      <EventsView
        trace={trace}
        indexOf={state.indexOf}
        onSpan={(span) => {
          state.setPanel('events');
          rows.actions.goTo(span);
        }}
      />
    );
  return (
    <Waterfall
      trace={trace}
      model={model}
      zoom={state.zoom}
      wide={wide}
      showPath={state.crit}
      selectedRow={rows.selectedRow}
      reveal={rows.reveal}
      hits={hits}
      part={pointed >= 0 ? pointed : state.part}
      onSelect={rows.selectRow}
      onToggle={rows.toggleRowAt}
      onZoom={state.setZoom}
    />
  );
}

/** What concerns the whole trace stands above the rows, with its count and reason. */
function TraceNotes({ trace, state }: { trace: TraceAnswer; state: TraceState }) {
  const notes = trace.notes.filter(
    // What went on after the answer is said beside the ribbon, that spans still arrive in the header.
    (note) =>
      note.span < 0 && note.start === null && note.kind !== 'async' && note.kind !== 'arriving',
  );
  const part = trace.parts[state.part];
  const { setPart } = state;
  useEffect(() => {
    if (state.part >= 0 && part === undefined) setPart(-1);
  }, [state.part, part, setPart]);
  if (notes.length === 0 && part === undefined && trace.meta.partial === null) return null;
  return (
    <div className="notes">
      <PartialLine meta={trace.meta} />
      {notes.map((note) => (
        <NoteLine
          key={`${note.kind} ${note.text}`}
          kind={note.kind === 'arriving' ? 'info' : 'warn'}
        >
          {note.text}
        </NoteLine>
      ))}
      {part === undefined ? null : (
        <NoteLine kind="info">
          Only the rows of “{part.label}” and those above them.{' '}
          <button type="button" className="btn link" onClick={() => setPart(-1)}>
            Show all rows
          </button>
        </NoteLine>
      )}
    </div>
  );
}
