// The door of one receiver: who says no before the log, then the log, then the counters.

import type { Signal } from '../../base/signal.ts';
import type { SegmentLog } from '../../log/contract.ts';
import type { Clock } from '../clock.ts';
import type { Accepted, Delay, Door, Received } from '../component.ts';
import type { ComponentTelemetry, TransportCounts } from '../telemetry/component-telemetry.ts';

export interface DoorOptions {
  readonly id: string;
  readonly log: SegmentLog;
  readonly clock: Clock;
  readonly telemetryOf: (signal: Signal) => ComponentTelemetry;
  /** Memory limits and full exporters behind this receiver. */
  readonly refusal: (signal: Signal) => Delay | undefined;
  readonly keptHeaders: readonly string[];
}

export class ReceiverDoor implements Door {
  readonly #options: DoorOptions;
  readonly keptHeaders: readonly string[];
  readonly append: SegmentLog['append'];

  constructor(options: DoorOptions) {
    this.#options = options;
    this.keptHeaders = options.keptHeaders;
    this.append = (entry) => options.log.append(entry);
  }

  refusal(signal: Signal): Delay | undefined {
    return this.#options.refusal(signal);
  }

  async accept(received: Received): Promise<Accepted> {
    const { signal, bytes, items } = received;
    const telemetry = this.#options.telemetryOf(signal);
    const row = telemetry.transport(received.transport ?? 'http');
    row.requests += 1;
    row.bytes += received.packedBytes ?? bytes.length;
    const refusal = this.refusal(signal);
    if (refusal !== undefined) return this.#refuse(row, items, refusal, signal);
    if (items === 0) return { kind: 'accepted' };
    const { id, log, clock } = this.#options;
    const outcome = await log.append({
      signal,
      receiver: id,
      peer: received.peer,
      receivedAtMs: clock.now(),
      headers: this.#kept(received.headers ?? {}),
      bytes,
      items,
    });
    switch (outcome.kind) {
      case 'stored':
        row.accepted += items;
        return { kind: 'accepted' };
      case 'repeated':
        row.repeated += items;
        return outcome;
      case 'full':
        return this.#refuse(row, items, outcome, signal);
    }
  }

  #refuse(row: TransportCounts, items: number, delay: Delay, signal: Signal): Accepted {
    row.refused += items;
    delay.refused?.(items);
    this.#options.telemetryOf(signal).refused(items, delay.reason);
    return { kind: 'busy', retryAfterMs: delay.retryAfterMs, reason: delay.reason };
  }

  #kept(headers: NonNullable<Received['headers']>): Readonly<Record<string, string>> {
    const kept: Record<string, string> = {};
    for (const name of this.keptHeaders) {
      const value = headers[name];
      if (value !== undefined) kept[name] = [value].flat().join(', ');
    }
    return kept;
  }
}
