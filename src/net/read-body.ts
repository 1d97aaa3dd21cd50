// The whole body of a request, up to a limit. Memory is held for what has arrived, never for what was announced.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../base/app-error.ts';
import type { BodyArena } from './body-arena.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly arena: BodyArena;
  /** May throw to refuse what comes. */
  readonly onBytes?: (bytes: number) => void;
}

export const bodyTooLarge = (maxBytes: number): AppError =>
  new AppError('HTTP_BODY_TOO_LARGE', {
    message: `The body is larger than ${maxBytes} B. Send smaller batches, or raise the limit.`,
    details: { maxBytes },
  });

/** @throws AppError `HTTP_BODY_TOO_LARGE` as soon as that is known, `HTTP_BODY_CUT_OFF` where the client went away. */
export function readBody(
  stream: Readable,
  announced: string | undefined,
  limits: BodyLimits,
): Promise<Buffer> {
  const { maxBytes, arena, onBytes } = limits;
  if (Number(announced ?? 0) > maxBytes) return Promise.reject(bodyTooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
        onBytes?.(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop();
        stream.pause();
        reject(error instanceof Error ? error : new Error(String(error)));
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
      stream.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      stream.on('error', ignore);
    };
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

const ignore = (): void => undefined;

/** Closing at once would make the client's system throw the answer away while it is still sending. */
const LINGER_MS = 1000;

/** Ends a connection whose request was answered before all of it was read. */
export function closeUnread(message: IncomingMessage, response: ServerResponse): void {
  if (message.complete) return;
  if (!response.headersSent) response.setHeader('connection', 'close');
  message.resume();
  const timer = setTimeout(() => message.destroy(), LINGER_MS);
  message.once('close', () => clearTimeout(timer));
}
