// The tools over the work area: views, find, switches.

import { useEffect, useMemo, useRef, type RefObject } from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { count } from '../../../../src/base/format/number.ts';
import { Icon } from '../../ui/icon.tsx';
import { nextOf } from './next-of.ts';
import type { TraceState } from './use-trace-state.ts';
import '../../ui/query-line.css';

export function TraceTools({
  trace,
  state,
  findBox,
  onNext,
  onNextError,
}: {
  trace: TraceAnswer;
  state: TraceState;
  findBox: RefObject<HTMLInputElement | null>;
  onNext: (span: number) => void;
  onNextError: (step: 1 | -1) => void;
}) {
  const events = useMemo(
    () => trace.spans.events.reduce((sum, count) => sum + count, 0),
    [trace.spans.events],
  );
  const views = [
    { name: 'waterfall', label: 'Waterfall', n: null },
    { name: 'table', label: 'Table', n: null },
    { name: 'logs', label: 'Logs', n: trace.logs },
    { name: 'events', label: 'Events', n: events },
  ] as const;
  return (
    <div className="tools">
      <div className="tabs" role="tablist" aria-label="Views">
        {views.map((view) => (
          <button
            key={view.name}
            type="button"
            role="tab"
            aria-selected={state.view === view.name}
            tabIndex={state.view === view.name ? 0 : -1}
            onClick={() => state.setView(view.name)}
          >
            {view.label}
            {view.n === null ? null : <span className="n">{count(view.n)}</span>}
          </button>
        ))}
      </div>
      <span className="grow" />
      {trace.spans.count > 1 ? (
        <>
          <FindBox trace={trace} state={state} box={findBox} onNext={onNext} />
          <Switch label="Critical path" letter="c" on={state.crit} onSwitch={state.setCrit} />
          <Switch label="Fold similar" letter="f" on={state.fold} onSwitch={state.setFold} />
          {trace.logs > 0 ? (
            <Switch label="Logs" letter="i" on={state.logs} onSwitch={state.setLogs} />
          ) : null}
          {trace.errors > 0 ? (
            <button
              type="button"
              className="btn quiet small only-wide"
              onClick={() => onNextError(1)}
            >
              Next error <kbd>e</kbd>
            </button>
          ) : null}
        </>
      ) : null}
    </div>
  );
}

function Switch({
  label,
  letter,
  on,
  onSwitch,
}: {
  label: string;
  letter: string;
  on: boolean;
  onSwitch: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      className="btn small only-wide"
      aria-pressed={on}
      onClick={() => onSwitch(!on)}
    >
      {label} <kbd>{letter}</kbd>
    </button>
  );
}

/** The server is asked when the typing rests. */
const TYPING_MS = 160;

function useTyping(settle: (text: string) => void): {
  readonly change: (text: string) => void;
  readonly flush: () => void;
} {
  const waiting = useRef<{ readonly text: string; readonly timer: number } | null>(null);
  useEffect(
    () => () => {
      if (waiting.current !== null) clearTimeout(waiting.current.timer);
    },
    [],
  );
  const flush = (): void => {
    const now = waiting.current;
    if (now === null) return;
    clearTimeout(now.timer);
    waiting.current = null;
    settle(now.text);
  };
  const change = (text: string): void => {
    if (waiting.current !== null) clearTimeout(waiting.current.timer);
    waiting.current = { text, timer: window.setTimeout(flush, TYPING_MS) };
  };
  return { change, flush };
}

function FindBox({
  trace,
  state,
  box,
  onNext,
}: {
  trace: TraceAnswer;
  state: TraceState;
  box: RefObject<HTMLInputElement | null>;
  onNext: (span: number) => void;
}) {
  const typing = useTyping(state.setFind);
  const at = state.hits.indexOf(state.selected);
  const step = (by: 1 | -1): void => {
    const next = nextOf(state.hits, state.selected, by);
    if (next !== null) onNext(next);
  };
  return (
    <label className="query only-wide">
      <Icon name="find" />
      <span className="vh">Find in all spans and attributes</span>
      <input
        ref={box}
        type="search"
        placeholder={`Find in ${count(trace.spans.count)} spans`}
        defaultValue={state.find}
        spellCheck={false}
        onChange={(event) => typing.change(event.target.value.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            typing.flush();
            step(event.shiftKey ? -1 : 1);
          }
          if (event.key === 'Escape') {
            event.currentTarget.value = '';
            typing.change('');
            typing.flush();
            event.currentTarget.blur();
          }
        }}
      />
      {state.find === '' ? (
        <kbd>/</kbd>
      ) : (
        <span className="mono tiny t2 nowrap" role="status">
          {state.finding.loading
            ? '…'
            : state.hitsTotal === 0
              ? 'none'
              : `${at < 0 ? '–' : count(at + 1)} of ${count(state.hitsTotal)}`}
        </span>
      )}
    </label>
  );
}
