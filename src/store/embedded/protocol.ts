// What server and engine host say to each other. Work goes over the socket as frames, life and death over the IPC
// channel of fork().

import { AppError } from '../../base/app-error.ts';
import type { OutputFormat, QueryStatistics } from '../contract.ts';

export const FrameKind = {
  /** host → server: the secret that it was started with. */
  hello: 1,
  /** server → host: JSON QueryRequest; answered by data…, end or error. */
  query: 2,
  /** server → host: JSON ExecuteRequest; answered by end or error. */
  execute: 3,
  /** server → host: stop what has this id; it still ends with end or error. */
  cancel: 4,
  /** server → host: u32, bytes of this query's data that were consumed. */
  credit: 5,
  /** server → host: answered by end, after a round through the engine. */
  ping: 6,
  /** host → server: bytes of the result. */
  data: 7,
  /** host → server: done; JSON EndMessage. */
  end: 8,
  /** host → server: JSON ErrorMessage. */
  error: 9,
} as const;

/** Bytes of one result that may be under way before its reader has taken any: two or three chunks of the engine. */
export const WINDOW_BYTES = 4 << 20;

export interface ExecuteRequest {
  readonly sql: string;
  readonly timeoutMs: number | undefined;
}

export interface QueryRequest extends ExecuteRequest {
  readonly format: OutputFormat;
  readonly whole: boolean;
  readonly wantsStatistics: boolean;
}

export interface EndMessage {
  readonly statistics?: QueryStatistics;
}

export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: AppError['details'];
}

/** server → host over IPC. */
export type Order =
  | {
      readonly kind: 'open';
      /** Directory that the engine keeps its files in. */
      readonly databasePath: string;
      readonly configPath: string;
      readonly socketPath: string;
      readonly secret: string;
      readonly memoryLimitBytes: number;
      readonly readers: number;
    }
  | { readonly kind: 'close' };

/** host → server over IPC. */
export type Report =
  | { readonly kind: 'opened'; readonly version: string }
  | { readonly kind: 'failed'; readonly error: ErrorMessage };

export const toErrorMessage = (error: unknown): ErrorMessage =>
  error instanceof AppError
    ? {
        code: error.code,
        message: error.message,
        retryable: error.retryable,
        details: error.details,
      }
    : {
        code: 'ENGINE_FAILED',
        message: error instanceof Error ? error.message : String(error),
        retryable: false,
        details: {},
      };

export const fromErrorMessage = ({ code, ...rest }: ErrorMessage): AppError =>
  new AppError(code, rest);

export const encodeJson = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Both ends are of one build, so the shape is known. */
export const decodeJson = <T>(body: Uint8Array): T =>
  JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()) as T;
