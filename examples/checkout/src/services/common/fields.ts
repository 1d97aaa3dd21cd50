// Reading bodies that come from elsewhere: a field of the wanted type, or a refusal that names it.

import { HttpError } from './http-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return value as Fields; // any non-null object has unknown fields
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refused(name, 'text');
}

export function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refused(name, 'a number');
}

export function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (Array.isArray(value)) return value.map(fieldsOf);
  throw refused(name, 'a list');
}

/** PostgreSQL hands out `bigint` and `numeric` as text. */
export function databaseNumber(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

function refused(name: string, wanted: string): HttpError {
  return new HttpError(400, 'bad_request', `${name} must be ${wanted}`);
}
