// Errors as HTTP answers: which status, and the native API's body. Other dialects give their own body (RouteGroup).

import { AppError } from '../base/app-error.ts';
import { type HttpReply, jsonReply } from './http-message.ts';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  HTTP_BAD_PATH: 400,
  HTTP_BAD_JSON: 400,
  HTTP_BAD_BODY: 400,
  HTTP_BAD_REQUEST: 400,
  HTTP_NOT_FOUND: 404,
  HTTP_METHOD_NOT_ALLOWED: 405,
  HTTP_BODY_TOO_LARGE: 413,
  HTTP_BAD_MEDIA_TYPE: 415,
  HTTP_TOKEN_WANTED: 401,
  HTTP_ORIGIN_REFUSED: 403,
  HTTP_HOST_REFUSED: 403,
  QUERY_CANCELLED: 499, // nginx's word for a client that went away; nobody is there to read it
  QUERY_TIMEOUT: 504,
  ENGINE_MEMORY_LIMIT: 422,
};

export const badRequest = (message: string): AppError =>
  new AppError('HTTP_BAD_REQUEST', { message });

export const notFound = (message: string): AppError => new AppError('HTTP_NOT_FOUND', { message });

/** 4xx for what the caller can change, 503 for what may pass, 500 for a bug. */
function httpStatusOf(error: unknown): number {
  if (!(error instanceof AppError)) return 500;
  const status = STATUS_BY_CODE[error.code];
  if (status !== undefined) return status;
  if (error.retryable) return 503;
  return /^(QUERY|FILTER|SQL|RANGE|CURSOR)_/.test(error.code) ? 400 : 500;
}

/** The native API's error body (`ErrorBody` in src/api/contract). */
export function renderNativeError(error: unknown): HttpReply {
  const status = httpStatusOf(error);
  const known = error instanceof AppError;
  const { suggestion, positionFrom: from, positionTo: to, ...details } = known ? error.details : {};
  return jsonReply(
    {
      error: {
        code: known ? error.code : 'INTERNAL',
        message: known
          ? error.message
          : 'Something went wrong that should not have. The server has logged what it was.',
        retryable: known && error.retryable,
        position: typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined,
        suggestion,
        details: Object.keys(details).length > 0 ? details : undefined,
      },
    },
    { status, headers: status === 503 ? { 'retry-after': '2' } : {} },
  );
}
