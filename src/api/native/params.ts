// Query parameters → values. What is wrong is said with the parameter's name and what it may be.

import { AppError } from '../../base/app-error.ts';
import type { HttpRequest } from '../../net/http-message.ts';
import { badRequest } from '../../net/http-error.ts';
import { type NanoRange, parseRange, parseTime } from '../../query/core/time-range.ts';

/** The parameter's value; empty counts as not given. */
export function optional(request: HttpRequest, name: string): string | undefined {
  const value = request.query.get(name) ?? undefined;
  return value === '' ? undefined : value;
}

export function required(request: HttpRequest, name: string): string {
  const value = optional(request, name);
  if (value === undefined) throw badRequest(`The parameter ${name} is missing.`);
  return value;
}

export const textOf = (request: HttpRequest, name: string): string => optional(request, name) ?? '';

export function oneOf<const T extends string>(
  request: HttpRequest,
  name: string,
  values: readonly T[],
  fallback: T,
): T {
  const value = optional(request, name);
  if (value === undefined) return fallback;
  const known = values.find((candidate) => candidate === value);
  if (known === undefined) {
    throw badRequest(`${name} = ${value} is not known. It is one of ${values.join(', ')}.`);
  }
  return known;
}

export function integerOf(
  request: HttpRequest,
  name: string,
  limits: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = optional(request, name);
  if (value === undefined) return limits.fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < limits.min || number > limits.max) {
    throw badRequest(
      `${name} = ${value} is not a whole number between ${limits.min} and ${limits.max}.`,
    );
  }
  return number;
}

export function numberOf(request: HttpRequest, name: string): number | undefined {
  const value = optional(request, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) throw badRequest(`${name} = ${value} is not a number.`);
  return number;
}

export const listOf = (request: HttpRequest, name: string): string[] =>
  request.query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');

export const rangeOf = (request: HttpRequest, nowMs: number): NanoRange =>
  parseRange(optional(request, 'from'), optional(request, 'to'), nowMs);

/** `FROM..TO,MIN..MAX`: times as in `from`, durations in ns; each edge may be left out. */
export function areaOf(
  request: HttpRequest,
  nowMs: number,
):
  | {
      readonly range: NanoRange | undefined;
      readonly minNanos: number | undefined;
      readonly maxNanos: number | undefined;
    }
  | undefined {
  const value = optional(request, 'area');
  if (value === undefined) return undefined;
  const found = /^([^,]*?)\.\.([^,]*?),(\d*(?:\.\d+)?)\.\.(\d*(?:\.\d+)?)$/.exec(value);
  if (found === null) throw badRequest(`area = ${value} is not of the form FROM..TO,MIN..MAX.`);
  const [, from = '', to = '', min = '', max = ''] = found;
  const range =
    from === '' && to === ''
      ? undefined
      : {
          from: parseTime('area', from === '' ? '0' : from, nowMs),
          to: parseTime('area', to === '' ? 'now' : to, nowMs),
        };
  return {
    range,
    minNanos: min === '' ? undefined : Number(min),
    maxNanos: max === '' ? undefined : Number(max),
  };
}

/** A trace id as people paste it: dashes and capitals are fine, and 64-bit ids are filled up with zeros. */
export function traceIdOf(text: string): string {
  return hexOf(text, 32, 'trace id');
}

export const spanIdOf = (text: string): string => hexOf(text, 16, 'span id');

function hexOf(text: string, digits: number, what: string): string {
  const hex = text.replaceAll('-', '').trim().toLowerCase();
  if (
    !/^[0-9a-f]+$/.test(hex) ||
    hex.length > digits ||
    (hex.length < digits && hex.length !== 16)
  ) {
    throw new AppError('HTTP_BAD_REQUEST', {
      message: `${text} is not a ${what}: it has ${digits} hexadecimal digits.`,
    });
  }
  return hex.padStart(digits, '0');
}
