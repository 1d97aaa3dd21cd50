// A number with the unit its metric names (UCUM, as OpenTelemetry uses it): `s` as a duration, `By` as bytes, `/s` as a
// rate, `{request}` as a mere count. An unknown unit is written as it is; a missing one is not guessed.

import { axisTime, durationParts } from '../../../../src/base/format/duration.ts';
import {
  bytesBinary,
  count,
  joined,
  rate,
  shortCount,
  THIN,
  threeDigits,
  UNKNOWN,
  type Measure,
} from '../../../../src/base/format/number.ts';

const NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  h: 3_600e9,
  d: 86_400e9,
};
const BYTES: Readonly<Record<string, number>> = {
  By: 1,
  KiBy: 2 ** 10,
  MiBy: 2 ** 20,
  GiBy: 2 ** 30,
  kBy: 1e3,
  MBy: 1e6,
  GBy: 1e9,
};

export interface Unit {
  readonly kind: 'time' | 'bytes' | 'rate' | 'number';
  /** Times this: ns or bytes. */
  readonly factor: number;
  /** Behind the number. */
  readonly suffix: string;
}

export function unitOf(text: string): Unit {
  const perSecond = text.endsWith('/s');
  const base = (perSecond ? text.slice(0, -2) : text).replace(/\{[^}]*\}/gu, '').trim();
  const suffix = perSecond ? '/s' : '';
  const nanos = NANOS[base];
  if (nanos !== undefined && !perSecond) return { kind: 'time', factor: nanos, suffix: '' };
  const bytes = BYTES[base];
  if (bytes !== undefined) return { kind: 'bytes', factor: bytes, suffix };
  if (base === '' || base === '1')
    return { kind: perSecond ? 'rate' : 'number', factor: 1, suffix };
  return { kind: 'number', factor: 1, suffix: base + suffix };
}

export function quantityParts(value: number | null | undefined, unit: Unit): Measure {
  if (value === null || value === undefined || !Number.isFinite(value))
    return { value: UNKNOWN, unit: '' };
  if (value < 0) {
    const positive = quantityParts(-value, unit);
    return { value: `−${positive.value}`, unit: positive.unit };
  }
  switch (unit.kind) {
    case 'time':
      return value === 0 ? { value: '0', unit: 's' } : durationParts(value * unit.factor);
    case 'bytes': {
      const { value: digits, unit: name } = bytesBinary(value * unit.factor);
      return { value: digits, unit: name + unit.suffix };
    }
    case 'rate':
      return rate(value);
    case 'number':
      return { value: plain(value), unit: unit.suffix };
    default:
      return unit.kind satisfies never;
  }
}

function plain(value: number): string {
  if (Number.isInteger(value) || value >= 1e4) return count(value);
  if (value >= 1_000) return value.toFixed(0).replace(/\B(?=(\d{3})+$)/gu, ',');
  if (value >= 1) return threeDigits(value);
  return value < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

export const quantity = (value: number | null | undefined, unit: Unit): string =>
  joined(quantityParts(value, unit));

/** A label of an axis whose labels are `step` apart. */
export function axisQuantity(value: number, step: number, unit: Unit): string {
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  switch (unit.kind) {
    case 'time':
      return sign + axisTime(size * unit.factor, step * unit.factor);
    case 'bytes': {
      const { value: digits, unit: name } = bytesBinary(size * unit.factor);
      return `${sign}${digits.replace(/\.0$/u, '')}${THIN}${name}${unit.suffix}`;
    }
    case 'rate':
    case 'number':
      return sign + shortCount(size) + (unit.kind === 'rate' ? '/s' : '');
    default:
      return unit.kind satisfies never;
  }
}
