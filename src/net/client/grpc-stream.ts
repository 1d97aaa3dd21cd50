// Reads the answer of one unary call from its HTTP/2 stream. Never throws: everything that can happen is an answer.

import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { AppError } from '../../base/app-error.ts';
import { FRAME_HEADER_BYTES, isGrpc, unaryMessage } from '../grpc-message.ts';
import {
  answerOf,
  failedCall,
  type GrpcAnswer,
  GrpcCode,
  httpAnswer,
  resetAnswer,
} from './grpc-answer.ts';

/** Unpacked bytes a packed byte of an answer may become. */
const ANSWER_MAX_RATIO = 200;

export interface ReadOptions {
  readonly answerMaxBytes: number;
  readonly signal: AbortSignal;
  /** Why the connection is gone, where it is. */
  readonly lost: () => string | undefined;
}

export function readAnswer(stream: ClientHttp2Stream, options: ReadOptions): Promise<GrpcAnswer> {
  const { answerMaxBytes, signal } = options;
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    let bytes = 0;
    const pieces: Buffer[] = [];
    const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
    const finish = (answer: GrpcAnswer): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const onAbort = (): void => {
      cancel();
      finish(failedCall(GrpcCode.cancelled, 'the call was given up'));
    };
    stream.on('response', (received) => (headers = received));
    stream.on('trailers', (received) => (trailers = received));
    stream.on('error', () => undefined); // `close` follows, and knows more
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= answerMaxBytes + FRAME_HEADER_BYTES) return void pieces.push(piece);
      cancel();
      finish(
        failedCall(GrpcCode.resourceExhausted, `the answer is larger than ${answerMaxBytes} B`),
      );
    });
    stream.on('close', () => {
      const ended = { headers, trailers, body: Buffer.concat(pieces), rstCode: stream.rstCode };
      void answerAtEnd(ended, options).then(finish);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

interface Ended {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly body: Buffer;
  readonly rstCode: number;
}

async function answerAtEnd(
  { headers, trailers, body, rstCode }: Ended,
  { lost, answerMaxBytes }: ReadOptions,
): Promise<GrpcAnswer> {
  const answer = answerOf(trailers ?? headers, body);
  if (answer !== undefined) {
    return answer.code === GrpcCode.ok ? unpacked(answer, headers, answerMaxBytes) : answer;
  }
  const status = headers[':status'];
  const gone = lost();
  if (status === undefined && gone !== undefined) return failedCall(GrpcCode.unavailable, gone);
  if (status !== undefined && (Number(status) !== 200 || !isGrpc(headers['content-type']))) {
    return httpAnswer(headers);
  }
  if (gone !== undefined) return failedCall(GrpcCode.unavailable, gone);
  if (rstCode !== constants.NGHTTP2_NO_ERROR) return resetAnswer(rstCode);
  // grpc-go makes INTERNAL of it, which is not tried again; what is not refused shall be.
  return failedCall(GrpcCode.unavailable, 'the call ended without a status');
}

async function unpacked(
  answer: GrpcAnswer,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<GrpcAnswer> {
  if (answer.body.length === 0) return answer;
  try {
    const encoding = headers['grpc-encoding'];
    const name = typeof encoding === 'string' ? encoding : undefined;
    const limits = { maxBytes, maxRatio: ANSWER_MAX_RATIO };
    return { ...answer, body: await unaryMessage(Buffer.from(answer.body), name, limits) };
  } catch (error) {
    // The status says that the other side took it: an answer that cannot be read changes nothing in that.
    const reason = error instanceof AppError ? error.message : String(error);
    return { ...answer, message: `the answer cannot be read: ${reason}`, body: new Uint8Array() };
  }
}
