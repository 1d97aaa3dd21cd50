// The completion panel, in the flow: keys, values of the marked key, what it means.

import type { CompletionAnswer } from '../../../src/api/contract/traces.ts';
import { count } from '../../../src/base/format/number.ts';
import type { CompletionState, Insert } from './use-completion.ts';
import './popover.css';

const HEADS = {
  key: 'keys in this range',
  operator: 'operators',
  value: 'values',
  connective: 'then',
} as const;

export function Completion({
  id,
  completion,
  insert,
}: {
  id: string;
  completion: CompletionState;
  insert: Insert;
}) {
  const { answer, preview, marked } = completion;
  if (answer === null) return null;
  const item = answer.items[marked];
  return (
    <div className="pop ac">
      <div className="col">
        <div className="hd">{HEADS[answer.expects]}</div>
        <div role="listbox" id={id} aria-label={HEADS[answer.expects]} className="optlist">
          {answer.items.map((one, at) => (
            <div
              key={one.text}
              id={`${id}-${String(at)}`}
              className="opt"
              role="option"
              aria-selected={at === marked}
              onMouseDown={(event) => {
                event.preventDefault();
                insert(answer.replace.from, answer.replace.to, `${one.insert} `);
              }}
              onMouseEnter={() => completion.mark(at)}
            >
              <span className="mono clip">{one.text}</span>
              <span className="n">{one.count === null ? one.detail : count(one.count)}</span>
            </div>
          ))}
        </div>
      </div>
      <Values answer={answer} preview={preview} item={item} insert={insert} />
      <div className="col pre only-wide">
        {item === undefined ? null : (
          <>
            <b className="mono">{item.text}</b>
            <p>{preview?.about ?? answer.about ?? item.detail}</p>
          </>
        )}
      </div>
      <Foot />
    </div>
  );
}

function Values({
  answer,
  preview,
  item,
  insert,
}: {
  answer: CompletionAnswer;
  preview: CompletionAnswer | null;
  item: CompletionAnswer['items'][number] | undefined;
  insert: Insert;
}) {
  const values = answer.expects === 'key' ? (preview?.values ?? []) : [];
  return (
    <div className="col only-wide">
      {values.length === 0 || item === undefined ? null : (
        <>
          <div className="hd">values of {item.text}</div>
          <div className="optlist">
            {values.map((value) => (
              <div
                key={value.value}
                className="opt"
                onMouseDown={(event) => {
                  event.preventDefault();
                  insert(
                    answer.replace.from,
                    answer.replace.to,
                    `${item.insert} = ${value.insert} `,
                  );
                }}
              >
                <span className="mono clip">{value.value === '' ? '""' : value.value}</span>
                <span className="n">{count(value.count)}</span>
              </div>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

const Foot = () => (
  <div className="popfoot">
    <span>
      <kbd>↑</kbd> <kbd>↓</kbd> choose
    </span>
    <span>
      <kbd>Tab</kbd> take
    </span>
    <span>
      <kbd>Enter</kbd> search
    </span>
    <span className="only-wide">
      <kbd>Esc</kbd> close
    </span>
  </div>
);
