// Attribute values hashed and converted, as the Collector does it.

import { hash } from 'node:crypto';
import type { AnyValue } from '../../otlp/objects/types.ts';
import { valueText } from '../../otlp/objects/value-text.ts';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Lower-case hex; the empty text for empty text, and for what is neither text, number nor truth value. */
export function hashed(value: AnyValue, algorithm: 'sha1' | 'sha256'): string {
  const bytes = hashedBytes(value);
  return bytes.length === 0 ? '' : hash(algorithm, bytes, 'hex');
}

function hashedBytes(value: AnyValue): Uint8Array {
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (stringValue !== undefined) return Buffer.from(stringValue);
  if (boolValue !== undefined) return Uint8Array.of(boolValue ? 1 : 0);
  const number = Buffer.alloc(8);
  if (intValue !== undefined) number.writeBigInt64LE(intValue);
  else if (doubleValue !== undefined) number.writeDoubleLE(doubleValue);
  else return number.subarray(0, 0);
  return number;
}

/** Undefined: it is of the type already, or cannot be of it; then it stays. */
export function converted(
  value: AnyValue,
  type: 'string' | 'int' | 'double',
): string | bigint | number | undefined {
  switch (type) {
    case 'string':
      return value.stringValue === undefined ? valueText(value) : undefined;
    case 'int':
      return toInt(value);
    case 'double':
      return toDouble(value);
  }
}

function toInt({ boolValue, doubleValue, stringValue }: AnyValue): bigint | undefined {
  if (boolValue !== undefined) return boolValue ? 1n : 0n;
  if (doubleValue !== undefined) {
    return Number.isFinite(doubleValue) ? inInt64(BigInt(Math.trunc(doubleValue))) : undefined;
  }
  const isInt = stringValue !== undefined && /^[+-]?\d+$/.test(stringValue);
  return isInt ? inInt64(BigInt(stringValue.replace(/^\+/, ''))) : undefined;
}

const inInt64 = (value: bigint): bigint | undefined =>
  value >= INT64_MIN && value <= INT64_MAX ? value : undefined;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WORD = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

function toDouble({ boolValue, intValue, stringValue }: AnyValue): number | undefined {
  if (boolValue !== undefined) return boolValue ? 1 : 0;
  if (intValue !== undefined) return Number(intValue);
  if (stringValue === undefined) return undefined;
  if (DECIMAL.test(stringValue)) {
    const number = Number(stringValue);
    return Number.isFinite(number) ? number : undefined;
  }
  const word = WORD.exec(stringValue);
  if (word === null) return undefined;
  const [, sign = '', infinite] = word;
  if (infinite !== undefined) return sign === '-' ? -Infinity : Infinity;
  return sign === '' ? Number.NaN : undefined;
}
