// How a route of the native API is declared: path, parameters, answer and handler in one place, from which the router's
// table and the OpenAPI file both derive.

import type { HttpReply, HttpRequest } from '../../net/http-message.ts';
import type { NativeContext } from './context.ts';

export interface ParamDoc {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly required?: boolean;
  readonly values?: readonly string[];
  readonly text: string;
}

interface RouteDoc {
  readonly method: 'GET' | 'POST';
  /** Under API_BASE; `{name}` for a part of the path. */
  readonly path: string;
  readonly summary: string;
  readonly params: readonly ParamDoc[];
  /** Type of the JSON body that is expected, of src/api/contract. */
  readonly body?: string;
  /** Media types of a body that is no JSON of the contract. */
  readonly accepts?: readonly string[];
}

export interface JsonRoute extends RouteDoc {
  readonly kind: 'json';
  /** Name of the answer's type in src/api/contract. */
  readonly answer: string;
  readonly handle: (context: NativeContext, request: HttpRequest) => unknown;
}

/** Answers that are no JSON object: event streams, OTLP bytes. */
export interface RawRoute extends RouteDoc {
  readonly kind: 'raw';
  readonly mediaTypes: readonly string[];
  readonly handle: (context: NativeContext, request: HttpRequest) => HttpReply | Promise<HttpReply>;
}

export type NativeRoute = JsonRoute | RawRoute;

export const json = <const A extends string>(
  route: Omit<JsonRoute, 'kind' | 'answer'> & { readonly answer: A },
): JsonRoute => ({ kind: 'json', ...route });

export const raw = (route: Omit<RawRoute, 'kind'>): RawRoute => ({ kind: 'raw', ...route });

export const param = (name: string, text: string, more: Partial<ParamDoc> = {}): ParamDoc => ({
  name,
  type: 'string',
  text,
  ...more,
});

export const FROM = param(
  'from',
  'Start of the range: now-1h, an ISO time, or digits (s, ms, µs or ns by their number). Default: an hour before `to`.',
);
export const TO = param('to', 'End of the range, not included. Default: now.');
export const FILTER = param('q', 'A filter: service = cart and duration > 100ms.');
export const LIMIT = param('limit', 'Rows of a page.', { type: 'integer' });
export const CURSOR = param('cursor', 'nextCursor of the page before.');
export const ORDER = param('order', 'Direction.', { values: ['desc', 'asc'] });
