// Escapes of RE2: one character, a class of them, or a property of Unicode.

import { complement, DIGITS, SPACES, WORD, type CodeRange } from './char-class.ts';

/** What is no RE2; caught at the door (compile.ts). */
export class Re2Fault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export type Escape =
  | { readonly kind: 'char'; readonly code: number; readonly end: number }
  | { readonly kind: 'ranges'; readonly ranges: readonly CodeRange[]; readonly end: number }
  | { readonly kind: 'property'; readonly text: string; readonly end: number };

const CONTROLS: Readonly<Record<string, number>> = {
  a: 0x07,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
};

const CLASSES: Readonly<Record<string, readonly CodeRange[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  s: SPACES,
  S: complement(SPACES),
  w: WORD,
  W: complement(WORD),
};

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/;

/** @param at of the backslash. */
export function readEscape(pattern: string, at: number): Escape {
  const char = pattern[at + 1];
  if (char === undefined) throw new Re2Fault('the pattern ends with a lone \\', at);
  const end = at + 2;
  const control = CONTROLS[char];
  if (control !== undefined) return { kind: 'char', code: control, end };
  const ranges = CLASSES[char];
  if (ranges !== undefined) return { kind: 'ranges', ranges, end };
  if (char === 'p' || char === 'P') return property(pattern, at);
  if (char === 'x') return hexadecimal(pattern, at);
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(pattern.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) {
    return { kind: 'char', code: Number.parseInt(octal, 8), end: at + 1 + octal.length };
  }
  if (/[1-9]/.test(char)) throw new Re2Fault('back references are not part of RE2', at);
  if (/[A-Za-z]/.test(char)) throw new Re2Fault(`\\${char} is no escape that RE2 knows`, at);
  const code = pattern.codePointAt(at + 1) ?? 0;
  return { kind: 'char', code, end: at + 1 + (code > 0xffff ? 2 : 1) };
}

function hexadecimal(pattern: string, at: number): Escape {
  const match = /^\\x(?:([\da-fA-F]{2})|\{([\da-fA-F]{1,6})\})/.exec(pattern.slice(at, at + 12));
  const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
  if (match === null || code > 0x10ffff) {
    throw new Re2Fault('\\x wants two digits, or digits in braces: \\x41, \\x{1F600}', at);
  }
  return { kind: 'char', code, end: at + match[0].length };
}

/** `\pL`, `\p{Greek}`, `\p{^Lu}`. */
function property(pattern: string, at: number): Escape {
  const match = /^\\([pP])(?:([A-Z])|\{(\^?)(\w+)\})/.exec(pattern.slice(at, at + 40));
  if (match === null)
    throw new Re2Fault('\\p wants a letter, or a name in braces: \\pL, \\p{Greek}', at);
  const [whole, letter, short, turned, long] = match;
  const name = short ?? long ?? '';
  const negated = (letter === 'P') !== (turned === '^');
  const text = `\\${negated ? 'P' : 'p'}{${CATEGORY.test(name) ? name : `Script=${name}`}}`;
  try {
    void new RegExp(text, 'u');
  } catch {
    throw new Re2Fault(`${name} is no property that Unicode knows`, at);
  }
  return { kind: 'property', text, end: at + whole.length };
}
