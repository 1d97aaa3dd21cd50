// OTLP bytes to OTLP/JSON: camelCase names, hex ids, 64-bit integers as strings, enums as numbers, bytes in base64,
// NaN and infinities as strings. A default of a field without presence is left out, as on the wire.

import type { Signal } from '../../base/signal.ts';
import { decode } from '../objects/decode.ts';
import { type FieldSchema, type MessageSchema, SCHEMA } from '../schema.ts';

type Decoded = Readonly<Record<string, unknown>>;

/** The request as one line of JSON. Throws AppError OTLP_MALFORMED on bytes that `checkRequest` would refuse. */
export function otlpToJson(signal: Signal, bytes: Uint8Array): string {
  return messageJson(SCHEMA[signal].request, { ...decode(signal, bytes) });
}

function messageJson(schema: MessageSchema, message: Decoded): string {
  const members: string[] = [];
  for (const field of schema.fields) {
    const value = message[field.name];
    if (value === undefined || isDefault(field, value)) continue;
    members.push(
      `"${field.name}":${Array.isArray(value) ? listJson(field, value) : json(field, value)}`,
    );
  }
  return `{${members.join(',')}}`;
}

const listJson = (field: FieldSchema, values: readonly unknown[]): string =>
  `[${values.map((value) => json(field, value)).join(',')}]`;

const isDefault = (field: FieldSchema, value: unknown): boolean =>
  Array.isArray(value)
    ? value.length === 0
    : !field.presence && (value === '' || value === 0n || value === false || Object.is(value, 0));

const isDecoded = (value: unknown): value is Decoded => typeof value === 'object' && value !== null;

/** By what decoding makes of each kind of field. */
function json(field: FieldSchema, value: unknown): string {
  if (field.message !== undefined)
    return isDecoded(value) ? messageJson(field.message, value) : '{}';
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value !== 'number') return JSON.stringify(value);
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
