// The body of a request piece by piece, decompressed: for what may be larger than memory. Whoever reads it limits what it
// keeps; here only the ratio is limited, so that a small body cannot become a long one.

import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { AppError } from '../base/app-error.ts';
import { type Encoding, encodingOf } from './decompress.ts';

/** Small bodies may be all one repeated value: the ratio counts only above this. */
const RATIO_FLOOR_BYTES = 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

export const unknownEncoding = (name: string | undefined): AppError =>
  new AppError('HTTP_BAD_MEDIA_TYPE', {
    message: `Content-Encoding ${JSON.stringify(name)} is not known here. Use gzip, zstd, deflate, br or none.`,
  });

/** @throws AppError `HTTP_BAD_MEDIA_TYPE`, `HTTP_BAD_BODY`, `HTTP_BODY_TOO_LARGE`, `HTTP_BODY_CUT_OFF` while it is read. */
export async function* streamBody(
  message: IncomingMessage,
  { maxRatio }: { readonly maxRatio: number },
): AsyncGenerator<Buffer> {
  const encoding = encodingOf(message.headers['content-encoding']);
  if (encoding === undefined || encoding === 'snappy') {
    throw unknownEncoding(message.headers['content-encoding']);
  }
  yield* encoding === 'identity' ? whole(message) : unpacked(message, encoding, maxRatio);
}

/** Ends with an error where the client went away: what came may end in the middle of something. */
async function* whole(message: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    // The socket stays: the answer has to go out also when nobody reads the body to its end.
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw cutOff(bytes, cause);
  }
  if (!message.complete) throw cutOff(bytes, undefined);
}

const cutOff = (bytes: number, cause: unknown): AppError =>
  new AppError('HTTP_BODY_CUT_OFF', {
    message: `The client went away after ${bytes} B of its request.`,
    cause,
  });

async function* unpacked(
  message: IncomingMessage,
  encoding: Exclude<Encoding, 'identity' | 'snappy'>,
  maxRatio: number,
): AsyncGenerator<Buffer> {
  let packed = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      packed += chunk.length;
      done(null, chunk);
    },
  });
  const unpacker = unpackerFor(encoding);
  const fed = pipeline(whole(message), counted, unpacker);
  fed.catch(() => undefined); // told by reading below
  let bytes = 0;
  try {
    for await (const chunk of unpacker as Readable) {
      bytes += (chunk as Buffer).length;
      if (bytes > Math.max(RATIO_FLOOR_BYTES, packed * maxRatio)) throw tooDense(maxRatio, packed);
      yield chunk as Buffer;
    }
    await fed;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('HTTP_BAD_BODY', {
      message: `The ${encoding} body is damaged or cut off, or not ${encoding}.`,
      cause,
    });
  }
  // The library's decoder ends at the first zstd frame and drops the rest without a word.
  if (unpacker.bytesWritten < packed)
    throw new AppError('HTTP_BAD_BODY', {
      message: `The ${encoding} body goes on after its end, at byte ${unpacker.bytesWritten}. Send it in one piece, as gzip, or not compressed.`,
    });
}

const tooDense = (maxRatio: number, packed: number): AppError =>
  new AppError('HTTP_BODY_TOO_LARGE', {
    message: `The body unpacks to more than ${maxRatio} times its first ${packed} B. That is taken for an attack; if it is not, send it less compressed.`,
    details: { maxRatio },
  });

function unpackerFor(encoding: Exclude<Encoding, 'identity' | 'snappy'>) {
  const options = { chunkSize: PIECE_BYTES };
  switch (encoding) {
    case 'gzip':
      return createGunzip(options);
    case 'zstd':
      return createZstdDecompress(options);
    case 'deflate':
      return createInflate(options);
    case 'br':
      return createBrotliDecompress(options);
  }
}
