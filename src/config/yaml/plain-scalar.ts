// What a scalar without quotes is. The Collector reads YAML with go.yaml.in/yaml/v3, which keeps YAML 1.1's numbers
// (0123 is octal, 1_000 is a thousand) and 1.2's truth values (yes and on are text); so do we.

import type { ScalarType } from '../node.ts';

export interface PlainScalar {
  readonly type: ScalarType;
  readonly value: string | number | bigint | boolean | null;
}

const WORDS: ReadonlyMap<string, PlainScalar> = new Map<string, PlainScalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map(
    (word) => [word, { type: 'null', value: null }] as const,
  ),
  ...['true', 'True', 'TRUE'].map((word) => [word, { type: 'boolean', value: true }] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, { type: 'boolean', value: false }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { type: 'float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, { type: 'float', value: Number.POSITIVE_INFINITY }] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map(
    (word) => [word, { type: 'float', value: Number.NEGATIVE_INFINITY }] as const,
  ),
]);

const INTEGER = /^[-+]?(?:0|[1-9]\d*)$/;
const OCTAL = /^([-+]?)0[oO]?([0-7]+)$/;
const HEXADECIMAL = /^([-+]?)(0[xX][\da-fA-F]+)$/;
const BINARY = /^([-+]?)(0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

export function resolvePlain(text: string): PlainScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text)) return { type: 'string', value: text };
  const digits = text.replaceAll('_', '');
  const whole = wholeNumber(digits);
  if (whole !== undefined && whole >= INT64_MIN && whole <= UINT64_MAX) {
    const value = Number(whole);
    return { type: 'integer', value: Number.isSafeInteger(value) ? value : whole };
  }
  return FLOAT.test(digits)
    ? { type: 'float', value: Number(digits) }
    : { type: 'string', value: text };
}

function wholeNumber(digits: string): bigint | undefined {
  if (INTEGER.test(digits)) return BigInt(digits.replace('+', ''));
  const octal = OCTAL.exec(digits);
  if (octal !== null) return signed(octal[1], `0o${octal[2]}`);
  const other = HEXADECIMAL.exec(digits) ?? BINARY.exec(digits);
  return other === null ? undefined : signed(other[1], other[2] ?? '');
}

const signed = (sign: string | undefined, digits: string): bigint =>
  sign === '-' ? -BigInt(digits) : BigInt(digits);
