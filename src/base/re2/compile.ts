// Regular expressions of RE2 (https://github.com/google/re2/wiki/Syntax), which Go programs and their configurations are
// written in, as JavaScript's: what differs is rewritten, what RE2 has not is refused. Matching is JavaScript's and can
// take long on hostile text where RE2 cannot: patterns come from who runs the program, not from its senders.

import { err, ok, type Result } from '../result.ts';
import { classText, type CodeRange, foldRanges, posixClass } from './char-class.ts';
import { readEscape, Re2Fault } from './escape.ts';

export interface PatternError {
  readonly message: string;
  /** Offset in the pattern. */
  readonly at: number;
}

export interface CompileOptions {
  /** The whole text must match, as in Prometheus' relabelling. */
  readonly anchored?: boolean;
}

/** As RE2. */
const REPEAT_MAX = 1000;
const PATTERN_CHARACTERS_MAX = 32_768;

export function compileRe2(
  pattern: string,
  { anchored = false }: CompileOptions = {},
): Result<RegExp, PatternError> {
  if (pattern.length > PATTERN_CHARACTERS_MAX) {
    return err({ message: `is longer than ${PATTERN_CHARACTERS_MAX} characters`, at: 0 });
  }
  try {
    const source = new Translator(pattern).translate();
    return ok(new RegExp(anchored ? `^(?:${source})$` : source, 'u'));
  } catch (error) {
    if (error instanceof Re2Fault) return err({ message: error.message, at: error.at });
    if (error instanceof SyntaxError) return err({ message: error.message, at: 0 });
    throw error;
  }
}

interface Flags {
  /** Case does not matter. */
  i: boolean;
  /** ^ and $ at lines. */
  m: boolean;
  /** . takes line ends. */
  s: boolean;
  /** Repetitions are lazy unless marked. */
  U: boolean;
}

const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;

class Translator {
  readonly #pattern: string;
  #at = 0;
  #flags: Flags = { i: false, m: false, s: false, U: false };
  readonly #groups: Array<{ readonly at: number; readonly flags: Flags }> = [];
  /** Whether there is something that a repetition can repeat. */
  #repeatable = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string {
    let out = '';
    while (this.#at < this.#pattern.length) out += this.#next();
    const open = this.#groups.at(-1);
    if (open !== undefined)
      throw new Re2Fault('this ( is not closed; write \\( for the character', open.at);
    return out;
  }

  #next(): string {
    const at = this.#at;
    const char = String.fromCodePoint(this.#pattern.codePointAt(at) ?? 0);
    const repetition = this.#repetition();
    if (repetition !== undefined) return repetition;
    this.#at += char.length;
    this.#repeatable = true;
    switch (char) {
      case '(':
        return this.#open(at);
      case ')':
        return this.#close(at);
      case '[':
        return this.#class(at);
      case '\\':
        return this.#escape(at);
      case '.':
        return this.#flags.s ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#flags.m ? '(?<![^\\n])' : '^';
      case '$':
        return this.#flags.m ? '(?![^\\n])' : '$';
      case '|':
        this.#repeatable = false;
        return '|';
      default:
        return this.#literal(char);
    }
  }

  #literal(char: string): string {
    if (this.#flags.i) {
      const code = char.codePointAt(0) ?? 0;
      const folded = foldRanges([[code, code]]);
      if (folded.length > 1) return `[${classText(folded)}]`;
    }
    return SYNTAX.test(char) ? `\\${char}` : char;
  }

  /** `*`, `+?`, `{2,5}` at this place; a `{` that repeats nothing is a character. */
  #repetition(): string | undefined {
    const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(
      this.#pattern.slice(this.#at, this.#at + 24),
    );
    if (match === null) return undefined;
    const [whole, min, , max, lazy] = match;
    if (!this.#repeatable) {
      throw new Re2Fault(`there is nothing that ${whole} could repeat`, this.#at);
    }
    if (Math.max(Number(min ?? 0), Number(max ?? 0)) > REPEAT_MAX) {
      throw new Re2Fault(`a repetition is limited to ${REPEAT_MAX}`, this.#at);
    }
    const rest = this.#pattern.slice(this.#at + whole.length);
    if (rest.startsWith('+')) {
      throw new Re2Fault(
        'possessive repetition is not part of RE2; leave the + out',
        this.#at + whole.length,
      );
    }
    this.#at += whole.length;
    this.#repeatable = false;
    const isLazy = (lazy === '?') !== this.#flags.U;
    return `${lazy === '?' ? whole.slice(0, -1) : whole}${isLazy ? '?' : ''}`;
  }

  #open(at: number): string {
    this.#repeatable = false;
    const rest = this.#pattern.slice(this.#at);
    const refused = /^\?(?:<?[=!]|>)/.exec(rest)?.[0];
    if (refused !== undefined) {
      const what = refused === '?>' ? 'an atomic group is' : 'look-ahead and look-behind are';
      throw new Re2Fault(`${what} not part of RE2`, at);
    }
    const name = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (name !== null) {
      this.#enter(at, name[0].length);
      return `(?<${name[1]}>`;
    }
    const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (flags !== null) {
      const [whole, on = '', off = '', end] = flags;
      const before = this.#flags;
      const next = { ...before };
      for (const flag of on) next[flag as keyof Flags] = true;
      for (const flag of off) next[flag as keyof Flags] = false;
      if (end === ')') {
        this.#at += whole.length;
        this.#flags = next;
        return '';
      }
      this.#enter(at, whole.length);
      this.#flags = next;
      return '(?:';
    }
    if (rest.startsWith('?')) throw new Re2Fault('this group is none that RE2 knows', at);
    this.#enter(at, 0);
    return '(';
  }

  #enter(at: number, length: number): void {
    this.#groups.push({ at, flags: this.#flags });
    this.#at += length;
  }

  #close(at: number): string {
    const group = this.#groups.pop();
    if (group === undefined) {
      throw new Re2Fault('this ) closes nothing; write \\) for the character', at);
    }
    this.#flags = group.flags;
    return ')';
  }

  #escape(at: number): string {
    const next = this.#pattern[this.#at] ?? '';
    if (next === 'Q') return this.#quoted();
    if (next === 'A' || next === 'z') {
      this.#at += 1;
      return next === 'A' ? '^' : '$';
    }
    if (next === 'b' || next === 'B') {
      this.#at += 1;
      return `\\${next}`;
    }
    const escape = readEscape(this.#pattern, at);
    this.#at = escape.end;
    if (escape.kind === 'char') return this.#literal(String.fromCodePoint(escape.code));
    if (escape.kind === 'property') return escape.text;
    return `[${classText(escape.ranges)}]`;
  }

  /** `\Q…\E`: as it stands. */
  #quoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at + 1, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    this.#repeatable = text !== '';
    return Array.from(text, (char) => this.#literal(char)).join('');
  }

  #class(open: number): string {
    const ranges: CodeRange[] = [];
    const properties: string[] = [];
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at += 1;
    for (let first = true; first || this.#pattern[this.#at] !== ']'; first = false) {
      if (this.#at >= this.#pattern.length) {
        throw new Re2Fault('this [ is not closed; write \\[ for the character', open);
      }
      const item = this.#classItem();
      if (item.kind === 'property') properties.push(item.text);
      else if (item.kind === 'ranges') ranges.push(...item.ranges);
      else ranges.push([item.code, this.#rangeEnd(item.code)]);
    }
    this.#at += 1;
    const all = this.#flags.i ? foldRanges(ranges) : ranges;
    return `[${negated ? '^' : ''}${classText(all)}${properties.join('')}]`;
  }

  #classItem(): ReturnType<typeof readEscape> {
    const posix = /^\[:(\^?)(\w+):\]/.exec(this.#pattern.slice(this.#at, this.#at + 16));
    if (posix !== null) {
      const ranges = posixClass(posix[2] ?? '', posix[1] === '^');
      if (ranges === undefined)
        throw new Re2Fault(`${posix[0]} is no class of characters`, this.#at);
      this.#at += posix[0].length;
      return { kind: 'ranges', ranges, end: this.#at };
    }
    if (this.#pattern[this.#at] === '\\') {
      const escape = readEscape(this.#pattern, this.#at);
      this.#at = escape.end;
      return escape;
    }
    const code = this.#pattern.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return { kind: 'char', code, end: this.#at };
  }

  /** The end of `a-z`; the character itself where no range follows. */
  #rangeEnd(low: number): number {
    const isRange =
      this.#pattern[this.#at] === '-' && ![']', undefined].includes(this.#pattern[this.#at + 1]);
    if (!isRange) return low;
    const at = this.#at;
    this.#at += 1;
    const end = this.#classItem();
    if (end.kind !== 'char' || end.code < low)
      throw new Re2Fault('this range ends before it begins', at);
    return end.code;
  }
}
