// gRPC over HTTP/2 as far as a unary call needs it: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
// A message is one byte (1: compressed), its length (u32, big-endian), its bytes.

import { AppError } from '../base/app-error.ts';
import { type DecompressLimits, decompressSoon, encodingOf } from './decompress.ts';

export const FRAME_HEADER_BYTES = 5;

/** A call that did not succeed, as its sender is told. */
export interface GrpcFailure {
  readonly code: number;
  readonly message: string;
  /** A google.rpc.Status with details, for `grpc-status-details-bin`. */
  readonly details?: Uint8Array | undefined;
}

/** What `grpc-accept-encoding` offers. */
export const GRPC_ENCODINGS = 'identity,gzip,zstd,deflate';

/** Length of the message that a frame header announces. */
const announcedLength = (header: Buffer): number => header.readUInt32BE(1);

/** The one message in the body of a unary call, unpacked. @throws AppError `GRPC_*`, `HTTP_*` */
export async function unaryMessage(
  body: Buffer,
  encodingName: string | undefined,
  limits: DecompressLimits,
): Promise<Buffer> {
  if (body.length < FRAME_HEADER_BYTES) {
    throw new AppError('GRPC_BAD_FRAME', { message: 'The call carries no message.' });
  }
  const end = FRAME_HEADER_BYTES + announcedLength(body);
  if (end !== body.length) {
    const what = end > body.length ? 'ends before its message does' : 'carries a second message';
    throw new AppError('GRPC_BAD_FRAME', {
      message: `The call ${what}; this method takes exactly one.`,
    });
  }
  const message = body.subarray(FRAME_HEADER_BYTES);
  if (body[0] === 0) return message;
  const encoding = encodingOf(encodingName);
  if (body[0] !== 1 || encoding === 'identity') {
    throw new AppError('GRPC_BAD_FRAME', {
      message: 'The message is marked as compressed, but grpc-encoding names no compression.',
    });
  }
  if (encoding === undefined || encoding === 'br' || encoding === 'snappy') {
    throw new AppError('GRPC_BAD_ENCODING', {
      message: `grpc-encoding ${JSON.stringify(encodingName)} is not known here. Use gzip, zstd, deflate or none.`,
    });
  }
  return decompressSoon(message, encoding, limits);
}

export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}

export const isGrpc = (contentType: string | undefined): boolean =>
  /^application\/grpc(\+proto)?($|;)/i.test(contentType ?? '');

/** Header values are ASCII: everything else, and %, is percent-encoded as UTF-8. */
export function encodeGrpcMessage(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

export const failureHeaders = ({
  code,
  message,
  details,
}: GrpcFailure): Record<string, string> => ({
  'grpc-status': String(code),
  'grpc-message': encodeGrpcMessage(message),
  ...(details === undefined
    ? {}
    : { 'grpc-status-details-bin': Buffer.from(details).toString('base64') }),
});
