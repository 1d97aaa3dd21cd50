// A node request as handlers see it: the body is read, unpacked and parsed only when asked for.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../base/app-error.ts';
import { BodyArena } from './body-arena.ts';
import { decompressSoon, encodingOf } from './decompress.ts';
import type { HttpRequest } from './http-message.ts';
import { readBody } from './read-body.ts';
import { streamBody, unknownEncoding } from './stream-body.ts';

/** Queries and filters are small; `import` reads piece by piece. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const MAX_RATIO = 200;
const arena = new BodyArena();

export interface AppRequestInit {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: { readonly path: string; readonly query: URLSearchParams };
  readonly params: Readonly<Record<string, string>>;
  readonly stopping: AbortSignal;
  readonly peer: string;
}

export function appRequest(init: AppRequestInit): HttpRequest {
  const { message, response, url, params, stopping, peer } = init;
  const body = once((limitBytes: number) => wholeBody(message, limitBytes));
  return {
    method: message.method === 'HEAD' ? 'GET' : (message.method ?? 'GET'),
    path: url.path,
    params,
    query: url.query,
    headers: message.headers,
    peer,
    signal: goneSignal(response, stopping),
    body: (limitBytes = BODY_LIMIT_BYTES) => body(limitBytes),
    pieces: () => streamBody(message, { maxRatio: MAX_RATIO }),
    json: async (limitBytes = BODY_LIMIT_BYTES) => parseJson(await body(limitBytes)),
    form: async (limitBytes = BODY_LIMIT_BYTES) => {
      const all = new URLSearchParams(url.query);
      const type = (message.headers['content-type'] ?? '').toLowerCase();
      if (type.startsWith('application/x-www-form-urlencoded')) {
        const fields = new URLSearchParams((await body(limitBytes)).toString('utf8'));
        for (const [name, value] of fields) all.append(name, value);
      }
      return all;
    },
  };
}

/** Aborted when the connection closes before the answer is out, or the server stops. */
function goneSignal(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const onStop = (): void => gone.abort();
  response.once('close', () => {
    stopping.removeEventListener('abort', onStop);
    if (!response.writableFinished) gone.abort();
  });
  stopping.addEventListener('abort', onStop, { once: true });
  return gone.signal;
}

async function wholeBody(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const encoding = encodingOf(message.headers['content-encoding']);
  if (encoding === undefined) {
    throw unknownEncoding(message.headers['content-encoding']);
  }
  const packed = await readBody(message, message.headers['content-length'], {
    maxBytes: limitBytes,
    arena,
  });
  return decompressSoon(packed, encoding, { maxBytes: limitBytes, maxRatio: MAX_RATIO });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('HTTP_BAD_JSON', { message: `The body is no JSON: ${reason}`, cause });
  }
}

function once<A, T>(make: (argument: A) => Promise<T>): (argument: A) => Promise<T> {
  let made: Promise<T> | undefined;
  return (argument) => (made ??= make(argument));
}
