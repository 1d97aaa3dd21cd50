// The whole body of a request, up to a limit. Memory is held for what has arrived, never for what was announced.

import type { IncomingMessage } from 'node:http';
import { AppError } from '../base/app-error.ts';
import type { BodyArena } from './body-arena.ts';

export const bodyTooLarge = (maxBytes: number): AppError =>
  new AppError('HTTP_BODY_TOO_LARGE', {
    message: `The body is larger than ${maxBytes} B. Send smaller batches, or raise the limit.`,
    details: { maxBytes },
  });

/** @throws AppError `HTTP_BODY_TOO_LARGE` as soon as that is known, `HTTP_BODY_CUT_OFF` where the client went away. */
export function readBody(
  message: IncomingMessage,
  maxBytes: number,
  arena: BodyArena,
): Promise<Buffer> {
  const announced = Number(message.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(bodyTooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        stop();
        message.pause();
        reject(bodyTooLarge(maxBytes));
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(arena.join(chunks, bytes));
    };
    const onGone = (cause?: Error): void => {
      stop();
      const text = `The client went away after ${bytes} B of its request.`;
      reject(new AppError('HTTP_BODY_CUT_OFF', { message: text, cause }));
    };
    const stop = (): void => {
      message.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      message.on('error', ignore);
    };
    message.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

const ignore = (): void => undefined;
