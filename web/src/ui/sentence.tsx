// The sentence: first clause bold, and in the rest the names that matter.

import type { ReactNode } from 'react';
import './verdict.css';

/** Sets the first occurrence of `emphasis` bold. */
export function Emphasised({ text, emphasis }: { text: string; emphasis: string }): ReactNode {
  const at = emphasis === '' ? -1 : text.indexOf(emphasis);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <b>{emphasis}</b>
      {text.slice(at + emphasis.length)}
    </>
  );
}

/** First clause bold; a blank between the two unless the rest brings its own or begins with a sign. */
export function Clauses({
  lead,
  rest,
  emphasis = '',
}: {
  lead: string;
  rest: string;
  emphasis?: string;
}): ReactNode {
  return (
    <>
      <b>{lead}</b>
      {rest === '' || /^[\s.,:;]/u.test(rest) ? '' : ' '}
      <Emphasised text={rest} emphasis={emphasis} />
    </>
  );
}

export function Sentence({
  lead,
  rest,
  emphasis = '',
}: {
  lead: string;
  rest: string;
  emphasis?: string;
}) {
  return (
    <p className="verdict-say">
      <Clauses lead={lead} rest={rest} emphasis={emphasis} />
    </p>
  );
}
