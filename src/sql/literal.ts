// The one place where values become SQL text. Nothing else in the tree writes a quote.
// Syntax: https://clickhouse.com/docs/sql-reference/syntax#literals
//
// Text is printed with every byte outside printable ASCII that the lexer could trip over as an escape; other Unicode
// stays as it is. A lone surrogate has no UTF-8 form: it becomes U+FFFD, as it did when it came in.

import { assert } from '../base/assert.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const TO_ESCAPE = /['\\\p{Cc}]/gu;

/** `\xHH` is a byte: control characters beyond ASCII (U+0080 to U+009F) stay as they are. */
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code > 0x7f) return character;
  return ESCAPES[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}

/** `'…'` of a text. */
export const quoteString = (value: string): string =>
  `'${value.toWellFormed().replace(TO_ESCAPE, escapeCharacter)}'`;

/** A String of any bytes. */
export const quoteBytes = (value: Uint8Array): string => `unhex('${toHex(value)}')`;

/** A FixedString, e.g. a trace id. The length is part of the type. */
export const quoteFixedString = (value: Uint8Array): string =>
  `toFixedString(${quoteBytes(value)}, ${value.length})`;

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** A whole number between −2^63 and 2^64 − 1; the engine takes the narrowest type that holds it. */
export function quoteInteger(value: bigint | number): string {
  const integer = BigInt(value); // throws on fractions and NaN: a bug of the caller
  assert(integer >= INT64_MIN && integer <= UINT64_MAX, () => `${integer} does not fit 64 bits`);
  return integer.toString();
}

/** A Float64, exact to the bit but for the payload of NaN. */
export function quoteFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.`;
}

export const quoteBoolean = (value: boolean): string => (value ? 'true' : 'false');

const PLAIN_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name of a table, column or alias; always in backticks, so that no keyword can change its meaning. */
export function quoteIdentifier(name: string): string {
  assert(name !== '', 'an identifier is empty');
  return `\`${name.toWellFormed().replace(TO_ESCAPE, escapeCharacter).replaceAll('`', '\\`')}\``;
}

/** Names of functions, settings and formats are printed bare: they come from our code, never from input. */
export function bareName(name: string): string {
  assert(PLAIN_IDENTIFIER.test(name), () => `not a plain name: ${JSON.stringify(name)}`);
  return name;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}
