// Reads the pieces of a filter text: blanks, words, strings, operators. It knows no grammar.

import type { FilterError, Operator } from './ast.ts';

const KEY_START = /[\p{L}_@]/u;
const KEY = /[\p{L}\p{N}_.\-/:@]+/uy;
const BARE_VALUE = /[^\s()"'`]+/uy;
const BLANK = /\s+/y;
const WORD = /[A-Za-z]+/y;
/** Longest first. `==` and `~` are what people type; they are printed in the first form. */
const OPERATOR = /==|=~|!~|!=|<=|>=|=|<|>|~/y;
const QUOTES = new Set(['"', "'", '`']);

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

export type Scanned =
  | { readonly ok: true; readonly text: string; readonly quoted: boolean }
  | { readonly ok: false; readonly error: FilterError };

export class Scanner {
  position = 0;
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  get done(): boolean {
    return this.position >= this.source.length;
  }

  skipBlanks(): void {
    this.#match(BLANK);
  }

  /** Takes `text` if it stands here. */
  symbol(text: string): boolean {
    if (!this.source.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  /** Takes the keyword in any case, if it stands here as a whole word. */
  keyword(word: string): boolean {
    const found = this.peekWord();
    if (found?.toLowerCase() !== word) return false;
    this.position += word.length;
    return true;
  }

  /** The letters that stand here, unless they are the beginning of a longer key such as `order.id`. */
  peekWord(): string | undefined {
    const start = this.position;
    const word = this.#match(WORD);
    const whole = !/[\p{L}\p{N}_.\-/:@]/u.test(this.source[this.position] ?? ' ');
    this.position = start;
    return whole ? word : undefined;
  }

  operator(): Operator | undefined {
    if (this.keyword('contains')) return 'contains';
    const found = this.#match(OPERATOR);
    if (found === undefined) return undefined;
    switch (found) {
      case '==':
        return '=';
      case '=':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '=~':
      case '!~':
      case '~':
        return found;
      default:
        return undefined;
    }
  }

  atQuote(): boolean {
    return QUOTES.has(this.source[this.position] ?? '');
  }

  /** A key without quotes, or undefined. */
  bareKey(): string | undefined {
    const first = String.fromCodePoint(this.source.codePointAt(this.position) ?? 0x20);
    return KEY_START.test(first) ? this.#match(KEY) : undefined;
  }

  bareValue(): string | undefined {
    return this.#match(BARE_VALUE);
  }

  /** The string whose opening quote stands here. */
  string(): Scanned {
    const start = this.position;
    const quote = this.source[start];
    let text = '';
    for (let at = start + 1; at < this.source.length; at++) {
      const character = this.source[at] ?? '';
      if (character === quote) {
        this.position = at + 1;
        return { ok: true, text, quoted: true };
      }
      if (character !== '\\' || quote === '`') {
        text += character;
        continue;
      }
      const unicode = /^u[0-9A-Fa-f]{4}/.exec(this.source.slice(at + 1, at + 6));
      if (unicode !== null) {
        text += String.fromCharCode(Number.parseInt(this.source.slice(at + 2, at + 6), 16));
        at += 5;
      } else {
        at += 1;
        const escaped = this.source[at] ?? '';
        text += ESCAPES[escaped] ?? escaped;
      }
    }
    this.position = this.source.length;
    return {
      ok: false,
      error: {
        code: 'FILTER_SYNTAX',
        from: start,
        to: this.source.length,
        message: `The text that begins here has no closing ${quote}.`,
        suggestion: `${this.source}${quote}`,
      },
    };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}
