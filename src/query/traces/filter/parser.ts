// Filter text → tree. Never throws: what is wrong comes back with its place and, where there is one, a suggestion.

import { err, ok, type Result } from '../../../base/result.ts';
import {
  type Filter,
  type FilterError,
  type Key,
  MAX_FILTER_CHARACTERS,
  MAX_FILTER_DEPTH,
  MAX_FILTER_TERMS,
  type Place,
  type Value,
} from './ast.ts';
import { Scanner } from './scanner.ts';

/** What the parser is ready for at a place: completion asks for it. */
export interface Expectation {
  readonly expects: 'key' | 'operator' | 'value' | 'connective';
  readonly at: number;
  /** The key that an operator or value belongs to. */
  readonly key?: string | undefined;
  /** Where the piece before ended, and whether it is a word that more letters would change. */
  readonly after: number;
  readonly afterWord: boolean;
}

/** @returns the tree, or undefined for a text of blanks only. */
export function parseFilter(
  source: string,
  onExpect?: (expectation: Expectation) => void,
): Result<Filter | undefined, FilterError> {
  if (source.length > MAX_FILTER_CHARACTERS) {
    return err({
      code: 'FILTER_TOO_LARGE',
      from: MAX_FILTER_CHARACTERS,
      to: source.length,
      message: `The filter has ${source.length} characters; up to ${MAX_FILTER_CHARACTERS} are read. Shorten it.`,
    });
  }
  return new Parser(source, onExpect).whole();
}

/** Carries a FilterError up through the recursion; never leaves this file. */
class Fault extends Error {
  readonly error: FilterError;
  constructor(error: FilterError) {
    super(error.message);
    this.error = error;
  }
}

class Parser {
  readonly #scanner: Scanner;
  readonly #onExpect: ((expectation: Expectation) => void) | undefined;
  #terms = 0;
  #after = 0;
  #afterWord = false;

  constructor(source: string, onExpect: ((expectation: Expectation) => void) | undefined) {
    this.#scanner = new Scanner(source);
    this.#onExpect = onExpect;
  }

  whole(): Result<Filter | undefined, FilterError> {
    try {
      this.#expect('key');
      if (this.#scanner.done) return ok(undefined);
      const filter = this.#or(0);
      if (!this.#scanner.done) this.#unexpected();
      return ok(filter);
    } catch (fault) {
      if (fault instanceof Fault) return err(fault.error);
      throw fault;
    }
  }

  #or(depth: number): Filter {
    return this.#chain('or', '||', () => this.#and(depth));
  }

  #and(depth: number): Filter {
    return this.#chain('and', '&&', () => this.#unary(depth));
  }

  #chain(kind: 'and' | 'or', symbol: string, next: () => Filter): Filter {
    const first = next();
    const terms = [first];
    for (;;) {
      this.#expect('connective');
      if (!this.#scanner.keyword(kind) && !this.#scanner.symbol(symbol)) break;
      this.#took(false);
      terms.push(next());
    }
    const last = terms.at(-1) ?? first;
    return terms.length === 1 ? first : { kind, terms, from: first.from, to: last.to };
  }

  #unary(depth: number): Filter {
    this.#expect('key');
    const from = this.#scanner.position;
    if (depth > MAX_FILTER_DEPTH) {
      this.#fail(from, from + 1, `More than ${MAX_FILTER_DEPTH} levels of parentheses.`, {
        code: 'FILTER_TOO_LARGE',
      });
    }
    if (this.#isNot()) {
      this.#took(false);
      const term = this.#unary(depth + 1);
      return { kind: 'not', term, from, to: term.to };
    }
    if (this.#scanner.symbol('(')) {
      this.#took(false);
      const term = this.#or(depth + 1);
      if (!this.#scanner.symbol(')')) {
        if (!this.#scanner.done) this.#unexpected();
        this.#fail(from, from + 1, 'This parenthesis is not closed.', {
          suggestion: `${this.#scanner.source.trimEnd()})`,
        });
      }
      this.#took(false);
      return { kind: 'group', term, from, to: this.#scanner.position };
    }
    return this.#term();
  }

  /** `not` is a word of the language unless it is compared itself, as in `not = 1`. */
  #isNot(): boolean {
    const start = this.#scanner.position;
    if (this.#scanner.symbol('!')) return true;
    if (!this.#scanner.keyword('not')) return false;
    const end = this.#scanner.position;
    this.#scanner.skipBlanks();
    const compared = this.#scanner.operator() !== undefined;
    this.#scanner.position = compared ? start : end;
    return !compared;
  }

  #term(): Filter {
    this.#terms += 1;
    const key = this.#key();
    if (this.#terms > MAX_FILTER_TERMS) {
      this.#fail(key.from, key.to, `More than ${MAX_FILTER_TERMS} terms.`, {
        code: 'FILTER_TOO_LARGE',
      });
    }
    this.#expect('operator', key.text);
    if (this.#scanner.keyword('exists')) {
      this.#took(true);
      const { kind, text, from, to } = key;
      return { kind: 'exists', key: { kind, text, from, to }, from, to: this.#scanner.position };
    }
    const operator = this.#scanner.operator();
    if (operator === undefined) {
      if (key.quoted) return { kind: 'text', text: key.text, from: key.from, to: key.to };
      this.#noOperator(key);
    }
    this.#took(operator === 'contains');
    this.#expect('value', key.text);
    const value = this.#value(key);
    const { kind, text, from, to } = key;
    const where: Place = { from, to: value.to };
    return { kind: 'comparison', key: { kind, text, from, to }, operator, value, ...where };
  }

  #key(): Key & { readonly quoted: boolean } {
    const scanner = this.#scanner;
    const from = scanner.position;
    if (scanner.atQuote()) {
      const scanned = scanner.string();
      if (!scanned.ok) throw new Fault(scanned.error);
      this.#took(false);
      return { kind: 'key', text: scanned.text, from, to: scanner.position, quoted: true };
    }
    const text = scanner.bareKey();
    if (text === undefined) {
      if (scanner.done) this.#fail(from, from, 'A term is missing at the end.');
      this.#unexpected('Here an attribute is named, such as service or http.route.');
    }
    this.#took(true);
    return { kind: 'key', text, from, to: scanner.position, quoted: false };
  }

  #value(key: Key): Value {
    const scanner = this.#scanner;
    const from = scanner.position;
    if (scanner.atQuote()) {
      const scanned = scanner.string();
      if (!scanned.ok) throw new Fault(scanned.error);
      this.#took(false);
      return { kind: 'value', text: scanned.text, quoted: true, from, to: scanner.position };
    }
    const text = scanner.bareValue();
    if (text === undefined) {
      this.#fail(key.from, from, `The value that ${key.text} is compared with is missing.`);
    }
    this.#took(true);
    return { kind: 'value', text, quoted: false, from, to: scanner.position };
  }

  #noOperator(key: Key): never {
    const { source } = this.#scanner;
    const rest = source.slice(this.#scanner.position);
    const word = /^[^\s()"'`]+/.exec(rest)?.[0];
    const message =
      word === undefined
        ? `After ${key.text} comes an operator: = != < <= > >= =~ !~ ~ contains exists. To search for the word, put it in quotes.`
        : `After ${key.text} comes an operator, not ${word}. To search for text, put it in quotes.`;
    this.#fail(key.from, key.to, message, {
      suggestion: `${source.slice(0, key.from)}"${key.text}"${source.slice(key.to)}`,
    });
  }

  #unexpected(hint?: string): never {
    const { source, position } = this.#scanner;
    const piece = /^[^\s()"'`]+|^./u.exec(source.slice(position))?.[0] ?? '';
    const bareBefore = /(?:=|<|>|~)\s*([^\s()"'`]+)\s*$/.exec(source.slice(0, position))?.[1];
    const quotable = hint === undefined && bareBefore !== undefined && piece !== ')';
    const to = position + piece.length;
    if (!quotable) {
      const what = hint ?? 'Here comes and, or, or the end.';
      this.#fail(position, to, `${piece} is not expected. ${what}`);
    }
    const start = source.lastIndexOf(bareBefore, position);
    this.#fail(position, to, `${piece} is not expected. A value with blanks stands in quotes.`, {
      suggestion: `${source.slice(0, start)}"${source.slice(start, to)}"${source.slice(to)}`,
    });
  }

  #fail(from: number, to: number, message: string, more: Partial<FilterError> = {}): never {
    throw new Fault({ code: 'FILTER_SYNTAX', from, to, message, ...more });
  }

  #expect(expects: Expectation['expects'], key?: string): void {
    this.#scanner.skipBlanks();
    this.#onExpect?.({
      expects,
      key,
      at: this.#scanner.position,
      after: this.#after,
      afterWord: this.#afterWord,
    });
  }

  #took(word: boolean): void {
    this.#after = this.#scanner.position;
    this.#afterWord = word;
  }
}
