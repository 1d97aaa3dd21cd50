// Sends a reply: compresses what is worth it, streams with the client's speed, stops when the client goes away.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { HttpReply } from './http-message.ts';

/** Below this a packet is a packet, packed or not. */
const GZIP_FROM_BYTES = 1400;
/** 1 is 4 times as fast as the default 6 for a tenth more bytes: answers are read once, mostly on the same machine. */
const GZIP_LEVEL = 1;
const COMPRESSIBLE =
  /^(text\/|application\/(json|javascript|x-ndjson|openmetrics-text)|image\/svg)/;
const gzipAsync = promisify(gzip);

export async function sendReply(
  message: IncomingMessage,
  response: ServerResponse,
  reply: HttpReply,
): Promise<void> {
  if (response.destroyed) return discard(reply);
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  const { body } = reply;
  const packable = isPackable(message, reply);
  if (packable) response.setHeader('vary', varyWith(response, 'accept-encoding'));
  if (message.method === 'HEAD' || body === undefined) {
    response.end();
    return discard(reply);
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    await sendBytes(response, bytes, packable && bytes.length >= GZIP_FROM_BYTES);
    return;
  }
  await sendStream(response, body, packable && !isEventStream(reply));
}

async function sendBytes(
  response: ServerResponse,
  bytes: Uint8Array,
  pack: boolean,
): Promise<void> {
  const sent = pack ? await gzipAsync(bytes, { level: GZIP_LEVEL }) : bytes;
  if (pack) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-length', sent.length);
  response.end(sent);
}

async function sendStream(
  response: ServerResponse,
  body: AsyncIterable<string | Uint8Array>,
  pack: boolean,
): Promise<void> {
  const source = Readable.from(body, { objectMode: true });
  if (pack) response.setHeader('content-encoding', 'gzip');
  response.flushHeaders(); // an event stream may be silent for long, and is open all the same
  try {
    if (pack) {
      await pipeline(
        source,
        createGzip({ level: GZIP_LEVEL, flush: constants.Z_SYNC_FLUSH }),
        response,
      );
    } else {
      await pipeline(source, response);
    }
  } catch (error) {
    // The status is sent: cutting the connection is the one way left to say that the answer is not whole.
    response.destroy();
    if (!isGone(error)) throw error;
  }
}

/** Lets a stream that nobody will read release what it holds. */
async function discard({ body }: HttpReply): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return;
  await body[Symbol.asyncIterator]().return?.();
}

function isPackable(message: IncomingMessage, { headers, status }: HttpReply): boolean {
  if (status === 204 || status === 304 || headers['content-encoding'] !== undefined) return false;
  const type = headers['content-type'];
  if (typeof type !== 'string' || !COMPRESSIBLE.test(type)) return false;
  return accepts(message.headers['accept-encoding'], 'gzip');
}

/** `gzip`, `gzip;q=0.5`, but not `gzip;q=0`. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return String(header ?? '')
    .split(',')
    .some((part) => {
      const [name, ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return name === encoding && !parameters.some((one) => /^q=0(\.0*)?$/.test(one));
    });
}

const isEventStream = ({ headers }: HttpReply): boolean =>
  headers['content-type'] === 'text/event-stream';

function varyWith(response: ServerResponse, name: string): string {
  const present = response.getHeader('vary');
  return present === undefined ? name : `${String(present)}, ${name}`;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ABORT_ERR'].includes(String(error.code));
