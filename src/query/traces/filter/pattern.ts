// Regular expressions are RE2's, which the engine runs. What people bring from other dialects is told by name before
// the engine sees it; what remains is checked by the engine (check-patterns.ts).
// Syntax: https://github.com/google/re2/wiki/Syntax

const REFUSED: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\(\?<?[=!]/, 'Look-ahead and look-behind are not part of RE2; use a second term with and.'],
  [/^\(\?>/, 'Atomic groups are not part of RE2; write (?:…).'],
  [/^\\[1-9]/, 'Back references are not part of RE2.'],
  [/^[*+?}]\+/, 'Possessive repetition is not part of RE2; leave the + out.'],
];
const MAX_REPEAT = 1000; // RE2's own limit

export interface PatternFault {
  readonly message: string;
  /** Offset of the fault in the pattern. */
  readonly at: number;
}

export function checkPattern(pattern: string): PatternFault | undefined {
  const open: number[] = [];
  let inClass = -1;
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at, at + 8);
    if (inClass < 0) {
      const refused = REFUSED.find(([form]) => form.test(rest));
      if (refused !== undefined) return { message: refused[1], at };
      const repeat = /^\{(\d+)(?:,(\d*))?\}/.exec(pattern.slice(at, at + 24));
      if (repeat !== null && Math.max(Number(repeat[1]), Number(repeat[2] ?? 0)) > MAX_REPEAT) {
        return { message: `A repetition is limited to ${MAX_REPEAT}.`, at };
      }
    }
    const character = pattern[at];
    if (character === '\\') {
      if (at === pattern.length - 1) return { message: 'The pattern ends with a lone \\.', at };
      at += 1;
    } else if (inClass >= 0) {
      if (character === ']' && at > inClass + 1 && !(at === inClass + 2 && pattern[at - 1] === '^'))
        inClass = -1;
    } else if (character === '[') inClass = at;
    else if (character === '(') open.push(at);
    else if (character === ')' && open.pop() === undefined) {
      return { message: 'This ) closes nothing; write \\) for the character.', at };
    }
  }
  if (inClass >= 0)
    return { message: 'This [ is not closed; write \\[ for the character.', at: inClass };
  const unclosed = open.at(-1);
  return unclosed === undefined
    ? undefined
    : { message: 'This ( is not closed; write \\( for the character.', at: unclosed };
}
