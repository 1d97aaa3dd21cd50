// The sentence, what caused it, and what was checked.

import { memo, useState } from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { count } from '../../../../src/base/format/number.ts';
import { Sentence } from '../../ui/sentence.tsx';

export const Verdict = memo(function Verdict({
  trace,
  onGo,
}: {
  trace: TraceAnswer;
  onGo: (span: number) => void;
}) {
  const { verdict } = trace;
  const [open, setOpen] = useState(false);
  const { culprit } = verdict;
  const emphasis = culprit === null ? '' : culprit.peer === '' ? culprit.service : culprit.peer;
  return (
    <div>
      <Sentence lead={verdict.lead} rest={verdict.rest} emphasis={emphasis} />
      {verdict.causes.length === 0 ? null : (
        <dl className="cfi">
          {verdict.causes.map((cause) => (
            <CauseLine key={cause.term} {...cause} />
          ))}
        </dl>
      )}
      <div className="proof">
        {trace.arriving ? <span>Preliminary: spans still arrive.</span> : null}
        {culprit === null ? null : (
          <button type="button" className="btn link" onClick={() => onGo(culprit.span)} title="v">
            {culprit.spans.length > 1 ? `Its ${count(culprit.spans.length)} spans` : 'Its span'}
          </button>
        )}
        {verdict.checks.length === 0 ? null : (
          <button
            type="button"
            className="btn link"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            What was checked
          </button>
        )}
        {open ? <span>{verdict.checks.join(' · ')}</span> : null}
      </div>
    </div>
  );
});

function CauseLine({ term, text }: { term: string; text: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </>
  );
}
