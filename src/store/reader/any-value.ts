// Stored text and its type letter back to the value that OTLP carried: the inverse of
// src/store/writer/twin/value-text.ts, where the form is described.

import { AppError } from '../../base/app-error.ts';
import { unreachable } from '../../base/assert.ts';
import type { AnyValue, KeyValue } from '../../otlp/objects/types.ts';

type Letter = 's' | 'i' | 'd' | 'b' | 'y' | 'a' | 'm' | 'n';

const isLetter = (text: string): text is Letter => text.length === 1 && 'sidbyamn'.includes(text);

/** Throws `STORE_VALUE_DAMAGED` for text that the writer does not write. */
export function toAnyValue(letter: string, text: string): AnyValue {
  if (!isLetter(letter)) throw damaged(`type letter ${JSON.stringify(letter)}`);
  switch (letter) {
    case 's':
      return { stringValue: text };
    case 'i':
      return { intValue: BigInt(text) };
    case 'd':
      return { doubleValue: Number(text) };
    case 'b':
      return { boolValue: text === 'true' };
    case 'y':
      return { bytesValue: fromBase64(text) };
    case 'a':
    case 'm':
      return new JsonValues(text).all();
    case 'n':
      return {};
    default:
      return unreachable(letter);
  }
}

/** Attributes from a map's entries and the letters beside it. */
export function toAttributes(
  entries: ReadonlyArray<readonly [key: string, value: string]>,
  letters: string,
): KeyValue[] {
  return entries.map(([key, text], i) => {
    const letter = letters[i] ?? 's';
    return letter === 'n' ? { key } : { key, value: toAnyValue(letter, text) };
  });
}

/** `metadata` of a metric: a map as JSON; empty text for none. */
export function toMetadata(text: string): readonly KeyValue[] {
  if (text === '') return [];
  return new JsonValues(text).all().kvlistValue?.values ?? [];
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

const damaged = (what: string): AppError =>
  new AppError('STORE_VALUE_DAMAGED', {
    message: `A stored attribute value is not in the form that the writer uses (${what}). Report it.`,
  });

const NUMBER = /-?\d+(\.\d+)?(e[+-]?\d+)?/y;
const STRING = /"((?:[^"\\]|\\(?:["\\]|u00[0-9a-f]{2}))*)"/y;
const ESCAPE = /\\(?:(["\\])|u(00[0-9a-f]{2}))/g;

/** Reads our JSON: JSON.parse would lose ints beyond 2^53, the point of doubles, and repeated keys. */
class JsonValues {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): AnyValue {
    const value = this.#value();
    if (this.#at !== this.#text.length) throw damaged('more than one value');
    return value;
  }

  #value(): AnyValue {
    const next = this.#text[this.#at];
    if (next === '"') return { stringValue: this.#string() };
    if (next === '[') return { arrayValue: { values: this.#list(']', () => this.#value()) } };
    if (next === '{') return this.#object();
    if (this.#take('true')) return { boolValue: true };
    if (this.#take('false')) return { boolValue: false };
    if (this.#take('null')) return {};
    return this.#number();
  }

  #object(): AnyValue {
    const tag = /^\{"\$(bytes|double)":"([^"]*)"\}/.exec(this.#text.slice(this.#at));
    if (tag === null) return { kvlistValue: { values: this.#list('}', () => this.#pair()) } };
    this.#at += tag[0].length;
    const text = tag[2] ?? '';
    return tag[1] === 'bytes' ? { bytesValue: fromBase64(text) } : { doubleValue: Number(text) };
  }

  #pair(): KeyValue {
    const key = this.#string();
    if (!this.#take(':')) throw damaged('a key without a value');
    const value = this.#value();
    const name = key.startsWith('$') ? key.slice(1) : key;
    return Object.keys(value).length === 0 ? { key: name } : { key: name, value };
  }

  #list<T>(end: string, element: () => T): T[] {
    const values: T[] = [];
    this.#at++;
    if (this.#take(end)) return values;
    do values.push(element());
    while (this.#take(','));
    if (!this.#take(end)) throw damaged('a list without its end');
    return values;
  }

  #number(): AnyValue {
    const text = this.#match(NUMBER)[0];
    return text.includes('.') ? { doubleValue: Number(text) } : { intValue: BigInt(text) };
  }

  #string(): string {
    const raw = this.#match(STRING)[1] ?? '';
    return raw.replaceAll(ESCAPE, (_whole, char: string | undefined, code: string | undefined) =>
      code === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    );
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) throw damaged('JSON');
    this.#at = pattern.lastIndex;
    return match;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
