// From the bytes of a request to what its sender is told: checked, let in, logged, counted. The same for both protocols.

import { AppError } from '../../../base/app-error.ts';
import type { Signal } from '../../../base/signal.ts';
import { unreachable } from '../../../base/assert.ts';
import type { SegmentLog } from '../../../log/contract.ts';
import type { Delay } from '../../../pipeline/component.ts';
import { type CheckedRequest, checkRequest } from '../../../otlp/check/check-request.ts';
import type { PartialSuccess } from '../../../otlp/response/export-response.ts';
import type { CounterRow, ReceiverCounters, Transport } from './counters.ts';
import { countRefused } from './counters.ts';
import type { Findings } from './findings.ts';

/** Why a request may not come in; undefined: it may. */
export type Authenticate = (
  headers: Sender['headers'],
) => Promise<string | undefined> | string | undefined;

export interface Sender {
  readonly peer: string;
  readonly transport: Transport;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Export {
  readonly signal: Signal;
  /** Shared with the log's readers from here on. */
  readonly bytes: Uint8Array;
  /** As they came over the wire. */
  readonly packedBytes: number;
}

export type Taken =
  | { readonly kind: 'ok'; readonly partial: PartialSuccess | undefined }
  /** The sender must change something: 400, INVALID_ARGUMENT. */
  | { readonly kind: 'bad'; readonly message: string }
  /** Not let in by the configured authenticator: 401, UNAUTHENTICATED. */
  | { readonly kind: 'denied'; readonly message: string }
  /** Try again: 503, UNAVAILABLE. */
  | { readonly kind: 'busy'; readonly message: string; readonly retryAfterMs: number }
  /** A bug or a broken disk: 500, INTERNAL. */
  | { readonly kind: 'failed'; readonly message: string };

export interface IntakeDeps {
  readonly receiver: string;
  readonly log: Pick<SegmentLog, 'append'>;
  readonly now: () => number;
  readonly counters: ReceiverCounters;
  readonly findings: Findings;
  /** Asked before anything is done: a memory limiter in first place. */
  readonly admit?: ((signal: Signal) => Delay | undefined) | undefined;
  /** Request headers that some component names; they go into the log. */
  readonly keptHeaders?: readonly string[] | undefined;
  /** `auth` of each protocol. */
  readonly authenticate?:
    | { readonly grpc: Authenticate | undefined; readonly http: Authenticate | undefined }
    | undefined;
  readonly onBug: (error: unknown) => void;
}

const DISK_RETRY_MS = 2000;
/** Requests of one item in a row after which a sender is told to batch. */
const UNBATCHED_REQUESTS = 20;
const MAX_TRACKED_SENDERS = 2000;

export class Intake {
  readonly #deps: IntakeDeps;
  /** Requests of one item in a row, by sender and signal. */
  readonly #singles = new Map<string, number>();

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  async take(request: Export, sender: Sender): Promise<Taken> {
    const { counters, now } = this.#deps;
    const row = counters.row(sender.peer, request.signal, sender.transport);
    row.requests++;
    row.bytes += request.packedBytes;
    row.lastMs = now();
    try {
      return await this.#take(request, sender, row);
    } catch (error) {
      this.#deps.onBug(error);
      return {
        kind: 'failed',
        message: 'Something went wrong that should not have. The server has logged what it was.',
      };
    }
  }

  async #take(request: Export, sender: Sender, row: CounterRow): Promise<Taken> {
    const { signal } = request;
    const denied = await this.#denied(sender);
    if (denied !== undefined) {
      countRefused(row, 'token', 0);
      this.#deps.findings.add(sender.peer, 'OTLP_AUTH', denied);
      return { kind: 'denied', message: denied };
    }
    const checked = checkRequest(signal, request.bytes);
    if (checked.fault !== undefined) {
      countRefused(row, 'bad-data', 0);
      return { kind: 'bad', message: checked.fault.message };
    }
    const delay = this.#deps.admit?.(signal);
    if (delay !== undefined) {
      countRefused(row, 'busy', checked.items);
      delay.refused?.(checked.items);
      return { kind: 'busy', message: delay.reason, retryAfterMs: delay.retryAfterMs };
    }
    this.#watchBatching(sender, signal, checked.items);
    const partial = this.#refusePart(checked, sender, row);
    if (checked.items === 0) return { kind: 'ok', partial };
    return this.#append(request, checked, sender, row, partial);
  }

  #denied(sender: Sender): ReturnType<Authenticate> {
    const { authenticate } = this.#deps;
    if (authenticate === undefined) return undefined;
    const check = sender.transport === 'grpc' ? authenticate.grpc : authenticate.http;
    return check?.(sender.headers);
  }

  async #append(
    { signal }: Export,
    { bytes, items }: CheckedRequest,
    sender: Sender,
    row: CounterRow,
    partial: PartialSuccess | undefined,
  ): Promise<Taken> {
    const { log, receiver, now } = this.#deps;
    const headers = this.#kept(sender.headers);
    const entry = {
      signal,
      receiver,
      peer: sender.peer,
      receivedAtMs: now(),
      headers,
      bytes,
      items,
    };
    try {
      const outcome = await log.append(entry);
      switch (outcome.kind) {
        case 'stored':
          row.accepted += items;
          return { kind: 'ok', partial };
        case 'repeated':
          row.repeated += items;
          return { kind: 'ok', partial };
        case 'full': {
          countRefused(row, 'full', items);
          const message = `Throughline cannot take more at the moment: ${outcome.reason}.`;
          return { kind: 'busy', message, retryAfterMs: outcome.retryAfterMs };
        }
        default:
          return unreachable(outcome);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      countRefused(row, error.retryable ? 'disk' : 'too-large', items);
      return error.retryable
        ? { kind: 'busy', message: error.message, retryAfterMs: DISK_RETRY_MS }
        : { kind: 'bad', message: error.message };
    }
  }

  #refusePart(
    { rejected }: CheckedRequest,
    sender: Sender,
    row: CounterRow,
  ): PartialSuccess | undefined {
    if (rejected.length === 0) return undefined;
    const count = rejected.reduce((sum, one) => sum + one.count, 0);
    const message = rejected.map((one) => `${one.count}: ${one.reason}`).join('; ');
    countRefused(row, 'items', count);
    this.#deps.findings.add(sender.peer, 'OTLP_PARTLY_REFUSED', message);
    return { rejected: count, message };
  }

  /** Metrics are left out: one point in a request may be all there is. */
  #watchBatching(sender: Sender, signal: Signal, items: number): void {
    if (signal === 'metrics') return;
    const key = `${signal} ${sender.peer}`;
    if (items !== 1) {
      this.#singles.delete(key);
      return;
    }
    if (this.#singles.size >= MAX_TRACKED_SENDERS && !this.#singles.has(key)) this.#singles.clear();
    const inARow = (this.#singles.get(key) ?? 0) + 1;
    this.#singles.set(key, inARow);
    if (inARow > UNBATCHED_REQUESTS) this.#deps.findings.add(sender.peer, 'OTLP_UNBATCHED', signal);
  }

  #kept(headers: Sender['headers']): Readonly<Record<string, string>> {
    const kept: Record<string, string> = {};
    for (const name of this.#deps.keptHeaders ?? []) {
      const value = headers[name.toLowerCase()];
      if (value !== undefined) kept[name.toLowerCase()] = [value].flat().join(', ');
    }
    return kept;
  }
}
