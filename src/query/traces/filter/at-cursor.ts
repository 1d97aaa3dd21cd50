// What may stand at the cursor of a filter text, and which part of the text a choice replaces. The text before the
// cursor is parsed; what the parser was ready for last is what is completed.

import { type Expectation, parseFilter } from './parser.ts';

export interface AtCursor {
  readonly expects: Expectation['expects'];
  /** The key that an operator or a value belongs to. */
  readonly key: string | undefined;
  readonly from: number;
  readonly to: number;
  /** What has been typed of it, without an opening quote. */
  readonly typed: string;
}

export function atCursor(source: string, cursor: number): AtCursor {
  const before = source.slice(0, Math.max(0, Math.min(cursor, source.length)));
  const expectations: Expectation[] = [];
  parseFilter(before, (expectation) => expectations.push(expectation));
  let at = expectations.at(-1) ?? NOTHING;
  // Right behind a word the word itself is being written, not what comes after it.
  const touching = at.at === before.length && at.after === before.length && at.afterWord;
  if (touching) at = expectations.findLast((one) => one.at < at.after) ?? at;
  const typed = before.slice(at.at);
  const quote = /^["'`]/.exec(typed)?.[0];
  return {
    expects: at.expects,
    key: at.key,
    from: at.at,
    to: endOf(source, before.length, quote),
    typed: quote === undefined ? typed : typed.slice(1),
  };
}

const NOTHING: Expectation = { expects: 'key', at: 0, after: 0, afterWord: false };

/** A choice replaces the rest of the word, or of the string up to its closing quote. */
function endOf(source: string, cursor: number, quote: string | undefined): number {
  const rest = source.slice(cursor);
  if (quote !== undefined) {
    const close = rest.indexOf(quote);
    return close < 0 ? source.length : cursor + close + 1;
  }
  return cursor + (/^[^\s()"'`=<>!~]*/.exec(rest)?.[0].length ?? 0);
}
