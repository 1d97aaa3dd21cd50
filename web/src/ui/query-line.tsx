// The query line: one line that grows, coloured by its grammar, run with Enter. Completion opens in the flow under it:
// keys with counts, the values of the marked key, what it means. An error is underlined at its place and said below;
// the last result stays.

import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import type { ApiError } from '../../../src/api/contract/common.ts';
import { filterPieces } from '../lib/filter/highlight.ts';
import { useKeys } from '../lib/keyboard.ts';
import { Completion } from './completion.tsx';
import { useCompletion, type CompletionState, type Signal } from './use-completion.ts';
import { Icon } from './icon.tsx';
import './button.css';
import './query-line.css';

export interface QueryLineProps {
  readonly signal: Signal;
  readonly label: string;
  readonly placeholder: string;
  /** What runs now. */
  readonly value: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly error: ApiError | null;
  /** An earlier result is still shown. */
  readonly hasResult: boolean;
  readonly onRun: (text: string) => void;
  /** Controls of the page at the end of the line. */
  readonly children?: ReactNode;
}

export function QueryLine(props: QueryLineProps) {
  const { value, label, error, onRun } = props;
  const [text, setText] = useState(value);
  const [shownValue, setShownValue] = useState(value);
  const [focused, setFocused] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  // The address changed (Back, a link): the line follows.
  if (shownValue !== value) {
    setShownValue(value);
    setText(value);
  }
  const completion = useCompletion(props.signal, text, props.range, focused);
  const bad = error?.position !== undefined && text === value ? error.position : null;
  const run = (): void => {
    completion.close();
    onRun(text.trim());
  };
  const insert = (from: number, to: number, what: string): void => {
    const next = text.slice(0, from) + what + text.slice(to);
    setText(next);
    completion.moveTo(from + what.length);
    queueMicrotask(() => {
      field.current?.focus();
      field.current?.setSelectionRange(from + what.length, from + what.length);
    });
  };
  useKeys({ '/': () => field.current?.focus() });
  useEffect(() => completion.attach(field.current), [completion]);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (completion.onKey(event, insert)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      run();
    }
  };
  const clear = (): void => {
    setText('');
    onRun('');
    field.current?.focus();
  };
  const open = focused && completion.open;
  return (
    <form
      className="queryform"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
      onFocus={() => setFocused(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      }}
    >
      <div
        className={`query${focused ? ' on' : ''}${open ? ' opened' : ''}${error === null ? '' : ' bad'}`}
      >
        <Icon name="find" />
        <div className="q stack2">
          <Coloured text={text} bad={bad} placeholder={props.placeholder} />
          <Field
            field={field}
            label={label}
            listId={listId}
            active={open ? completion.marked : -1}
            invalid={error !== null}
            text={text}
            onText={setText}
            completion={completion}
            onKeyDown={onKeyDown}
          />
        </div>
        {text === '' ? null : <ClearButton onClear={clear} />}
        <button type="submit" className="btn main run">
          Search
        </button>
        {props.children}
      </div>
      {open ? <Completion id={listId} completion={completion} insert={insert} /> : null}
      {error === null ? null : <ErrorLine error={error} hasResult={props.hasResult} />}
    </form>
  );
}

function Field({
  field,
  label,
  listId,
  active,
  invalid,
  text,
  onText,
  completion,
  onKeyDown,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  label: string;
  listId: string;
  active: number;
  invalid: boolean;
  text: string;
  onText: (text: string) => void;
  completion: CompletionState;
  onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
}) {
  return (
    <textarea
      ref={field}
      rows={1}
      aria-label={label}
      aria-autocomplete="list"
      aria-haspopup="listbox"
      aria-controls={listId}
      aria-invalid={invalid}
      {...(active < 0 ? {} : { 'aria-activedescendant': `${listId}-${String(active)}` })}
      value={text}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      onChange={(event) => {
        onText(event.target.value.replaceAll('\n', ' '));
        completion.moveTo(event.target.selectionStart);
      }}
      onSelect={(event) => completion.moveTo(event.currentTarget.selectionStart, false)}
      onKeyDown={onKeyDown}
    />
  );
}

const ClearButton = ({ onClear }: { onClear: () => void }) => (
  <button type="button" className="btn quiet tight" aria-label="Clear the query" onClick={onClear}>
    <Icon name="close" />
  </button>
);

function ErrorLine({ error, hasResult }: { error: ApiError; hasResult: boolean }) {
  return (
    <p className="queryerror err" role="alert">
      <Icon name="error" />
      <span>
        {error.position === undefined ? '' : `Column ${String(error.position.from + 1)}: `}
        {error.message}
        {error.suggestion === undefined ? '' : ` Perhaps: ${error.suggestion}`}
        {hasResult ? ' Below is still the result of the last query.' : ''}
      </span>
    </p>
  );
}

function Coloured({
  text,
  bad,
  placeholder,
}: {
  text: string;
  bad: { readonly from: number; readonly to: number } | null;
  placeholder: string;
}) {
  if (text === '')
    return (
      <span className="colours t3" aria-hidden="true">
        {placeholder}
      </span>
    );
  return (
    <span className="colours" aria-hidden="true">
      {filterPieces(text).map((piece) => (
        <span
          key={piece.from}
          className={
            bad !== null && piece.from < bad.to && piece.to > bad.from
              ? `${piece.kind} badpiece`
              : piece.kind
          }
        >
          {text.slice(piece.from, piece.to)}
        </span>
      ))}
      {bad !== null && bad.from >= text.length ? <span className="badpiece"> </span> : null}
    </span>
  );
}
