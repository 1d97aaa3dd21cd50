// The query as a form that reads as a sentence: what of which metric, by what, where, how far apart. Each part is in the
// URL; the filter runs with Enter or Run.

import { useEffect, useRef, useState } from 'react';
import type { ApiError } from '../../../../src/api/contract/common.ts';
import type { MetricInfo } from '../../../../src/api/contract/metrics.ts';
import { MOD_KEY, useKeys } from '../../lib/keyboard.ts';
import { Icon } from '../../ui/icon.tsx';
import { choicesOf, choiceWords } from './metric-query.ts';
import '../../ui/query-line.css';
import './query-form.css';

const STEPS = ['auto', '1s', '10s', '30s', '1m', '5m', '15m', '1h'] as const;

export interface FormValue {
  readonly aggregation: string;
  readonly keys: readonly string[];
  readonly filter: string;
  readonly step: string;
}

export interface QueryFormProps {
  readonly metric: MetricInfo;
  readonly value: FormValue;
  readonly error: ApiError | null;
  readonly onChange: (value: Partial<FormValue>) => void;
  readonly onRun: (filter: string) => void;
}

export function QueryForm({ metric, value, error, onChange, onRun }: QueryFormProps) {
  const [filter, setFilter] = useState(value.filter);
  const [shown, setShown] = useState(value.filter);
  if (shown !== value.filter) {
    setShown(value.filter);
    setFilter(value.filter);
  }
  const run = (): void => onRun(filter.trim());
  useKeys({ 'mod+Enter': run });
  return (
    <form
      aria-label="Query"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div className={error === null ? 'query ed' : 'query ed bad'}>
        <span className="gut mono" aria-hidden="true">
          1<br />2
        </span>
        <div className="q">
          <div className="line">
            <Pick
              label="What of it"
              className="fn"
              value={value.aggregation}
              options={withChosen(choicesOf(metric), value.aggregation)}
              words={choiceWords}
              onPick={(aggregation) => onChange({ aggregation })}
            />
            <span className="op">of</span>
            <span className="key name">{metric.name}</span>
            <Keys keys={value.keys} onChange={(keys) => onChange({ keys })} />
            <span className="op">every</span>
            <Pick
              label="Step"
              className="nb"
              value={value.step}
              options={withChosen(STEPS, value.step)}
              words={(step) => (step === 'auto' ? 'automatic step' : step)}
              onPick={(step) => onChange({ step })}
            />
          </div>
          <div className="line">
            <label className="op" htmlFor="metric-filter">
              where
            </label>
            <FilterField value={filter} invalid={error !== null} onChange={setFilter} />
          </div>
        </div>
        <button type="submit" className="btn main run">
          Run <kbd>{MOD_KEY}↵</kbd>
        </button>
      </div>
      {error === null ? null : <FormError error={error} filter={value.filter} />}
    </form>
  );
}

const withChosen = (options: readonly string[], chosen: string): readonly string[] =>
  options.includes(chosen) ? options : [chosen, ...options];

function FilterField({
  value,
  invalid,
  onChange,
}: {
  value: string;
  invalid: boolean;
  onChange: (text: string) => void;
}) {
  return (
    <input
      id="metric-filter"
      className="filter"
      value={value}
      aria-invalid={invalid}
      placeholder="every series, e.g. server.address = api.stripe.test"
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function FormError({ error, filter }: { error: ApiError; filter: string }) {
  const { position } = error;
  return (
    <p className="queryerror err" role="alert">
      <Icon name="error" />
      <span>
        {position === undefined
          ? ''
          : `Column ${String(position.from + 1)}, at “${filter.slice(position.from, position.to)}”: `}
        {error.message}
        {error.suggestion === undefined ? '' : ` Perhaps: ${error.suggestion}`}
      </span>
    </p>
  );
}

function Pick({
  label,
  className,
  value,
  options,
  words,
  onPick,
}: {
  label: string;
  className: string;
  value: string;
  options: readonly string[];
  words: (option: string) => string;
  onPick: (option: string) => void;
}) {
  return (
    <select
      className={`pick ${className}`}
      aria-label={label}
      value={value}
      onChange={(event) => onPick(event.target.value)}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {words(option)}
        </option>
      ))}
    </select>
  );
}

function Keys({
  keys,
  onChange,
}: {
  keys: readonly string[];
  onChange: (keys: readonly string[]) => void;
}) {
  const first = useRef<HTMLSpanElement>(null);
  const before = useRef(keys.length);
  // Focus goes to the rest when the button that had it is gone.
  useEffect(() => {
    if (keys.length < before.current && document.activeElement === document.body)
      first.current?.querySelector('button')?.focus();
    before.current = keys.length;
  }, [keys.length]);
  return (
    <span className="bykeys" ref={first}>
      <span className="kw">by</span>
      {keys.length === 0 ? <span className="t3">nothing, all in one</span> : null}
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          className="bykey"
          aria-label={`Do not group by ${key}`}
          onClick={() => onChange(keys.filter((one) => one !== key))}
        >
          {key} <Icon name="close" />
        </button>
      ))}
    </span>
  );
}
