// A WireRequest over any stream of body bytes.

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../base/app-error.ts';
import type { BodyArena } from './body-arena.ts';
import type { BudgetShare } from './byte-budget.ts';
import { decompressSoon, encodingOf } from './decompress.ts';
import { readBody } from './read-body.ts';
import type { WireBody, WireBodyLimits, WireRequest } from './wire.ts';

export interface BodySource {
  readonly stream: Readable;
  readonly arena: BodyArena;
  readonly share: BudgetShare;
}

export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export function wireRequest(head: RequestHead, peer: string, source: BodySource): WireRequest {
  const { method, target, headers } = head;
  const cut = target.indexOf('?');
  return {
    method,
    path: cut < 0 ? target : target.slice(0, cut),
    query: cut < 0 ? '' : target.slice(cut + 1),
    headers,
    peer,
    body: (limits) => unpackedBody(headers, source, limits),
  };
}

async function unpackedBody(
  headers: IncomingHttpHeaders,
  { stream, arena, share }: BodySource,
  limits: WireBodyLimits,
): Promise<WireBody> {
  const declared = headers['content-encoding'];
  const encoding = encodingOf(declared);
  if (encoding === undefined) {
    throw new AppError('HTTP_BAD_ENCODING', {
      message: `unsupported Content-Encoding: ${String(declared)}. Use gzip, zstd, deflate, br, snappy or none.`,
    });
  }
  const packed = await readBody(stream, headers['content-length'], {
    maxBytes: limits.maxBytes,
    arena,
    onBytes: share.take,
  });
  const bytes = await decompressSoon(packed, encoding, limits);
  if (bytes !== packed) share.take(bytes.length);
  return { bytes, packedBytes: packed.length };
}
