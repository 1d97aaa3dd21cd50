// From a push request to what its sender is told, for both protocols.

import { AppError } from '../../../base/app-error.ts';
import type { ReceiverSettings } from '../../../pipeline/component.ts';
import { authenticatorOf } from '../../../pipeline/authenticate.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';
import { RecordWriter } from './record-writer.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Push {
  readonly body: Buffer;
  readonly format: 'json' | 'protobuf';
  readonly transport: 'http' | 'grpc';
  readonly packedBytes: number;
  readonly peer: string;
  readonly headers: Headers;
}

export type Taken =
  | { readonly kind: 'ok' }
  | { readonly kind: 'bad'; readonly message: string }
  | { readonly kind: 'busy'; readonly message: string; readonly retryAfterMs: number };

export interface IntakeOptions {
  readonly settings: ReceiverSettings;
  readonly useIncomingTime: boolean;
  /** Ids of the authenticators, by protocol. */
  readonly auth: Readonly<Record<'http' | 'grpc', string | undefined>>;
}

const NANOS_PER_MILLI = 1_000_000n;
const DISK_RETRY_MS = 2000;

export class Intake {
  readonly #options: IntakeOptions;
  readonly #authenticate: Readonly<Record<'http' | 'grpc', ReturnType<typeof authenticatorOf>>>;

  constructor(options: IntakeOptions) {
    const { settings, auth } = options;
    this.#options = options;
    this.#authenticate = {
      http: authenticatorOf(settings, auth.http),
      grpc: authenticatorOf(settings, auth.grpc),
    };
  }

  /** Why this request may not come in; undefined: it may. */
  async denied(transport: 'http' | 'grpc', headers: Headers): Promise<string | undefined> {
    return this.#authenticate[transport]?.(headers);
  }

  /** @throws what is a bug. */
  async take(push: Push): Promise<Taken> {
    const { settings, useIncomingTime } = this.#options;
    const { door, clock } = settings;
    const nowNanos = BigInt(Math.trunc(clock.now())) * NANOS_PER_MILLI;
    try {
      const writer = new RecordWriter({ nowNanos, useIncomingTime });
      if (push.format === 'json') readJson(push.body, writer);
      else readProtobuf(push.body, writer);
      const { bytes, items } = writer.finish();
      const { peer, transport, packedBytes, headers } = push;
      const signal = 'logs';
      const answer = await door.accept({
        signal,
        bytes,
        items,
        peer,
        transport,
        packedBytes,
        headers,
      });
      if (answer.kind !== 'busy') return { kind: 'ok' };
      return { kind: 'busy', message: answer.reason, retryAfterMs: answer.retryAfterMs };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, retryable } = error;
      return retryable
        ? { kind: 'busy', message, retryAfterMs: DISK_RETRY_MS }
        : { kind: 'bad', message };
    }
  }
}
