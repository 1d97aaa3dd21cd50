// What came in and what was refused, by sender, signal and transport. Everything else (totals, the Collector's metrics,
// the Pipelines page) is a sum over these rows.

import { ITEM_NAME, type Signal, SIGNALS } from '../../../base/signal.ts';
import type { Registry, Sample } from '../../../telemetry/registry.ts';

export type Transport = 'grpc' | 'http/protobuf' | 'http/json';

/** Why something was not taken; the words are label values. */
export type RefusedReason =
  | 'bad-data'
  | 'too-large'
  | 'busy'
  | 'full'
  | 'disk'
  | 'token'
  | 'cut-off'
  | 'items';

export interface CounterRow {
  readonly peer: string;
  readonly signal: Signal;
  readonly transport: Transport;
  requests: number;
  /** Bytes as sent. */
  bytes: number;
  /** Items taken into the log. */
  accepted: number;
  /** Items that came again and were acknowledged only. */
  repeated: number;
  /** Items refused, as far as they could be counted. */
  refused: number;
  refusedRequests: Partial<Record<RefusedReason, number>>;
  lastMs: number;
}

/** More senders than this are counted together. */
const MAX_PEERS = 1000;
export const OTHER_PEERS = '(other)';

export class ReceiverCounters {
  readonly #rows = new Map<string, CounterRow>();
  readonly #peers = new Set<string>();
  readonly #receiver: string;

  constructor(receiver: string) {
    this.#receiver = receiver;
  }

  /** The row to count in. */
  row(sender: string, signal: Signal, transport: Transport): CounterRow {
    const peer = this.#peers.has(sender) || this.#peers.size < MAX_PEERS ? sender : OTHER_PEERS;
    const key = `${peer}\n${signal}\n${transport}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      this.#peers.add(peer);
      row = {
        peer,
        signal,
        transport,
        requests: 0,
        bytes: 0,
        accepted: 0,
        repeated: 0,
        refused: 0,
        refusedRequests: {},
        lastMs: 0,
      };
      this.#rows.set(key, row);
    }
    return row;
  }

  snapshot(): ReadonlyArray<Readonly<CounterRow>> {
    return [...this.#rows.values()].map((row) => ({
      ...row,
      refusedRequests: { ...row.refusedRequests },
    }));
  }

  /** Shows them under the Collector's names. */
  register(registry: Registry): void {
    for (const signal of SIGNALS) {
      const items = ITEM_NAME[signal];
      const add = (name: string, help: string, of: (row: CounterRow) => number): void =>
        registry.observed(`${name}_${items}`, help, 'counter', () => this.#byTransport(signal, of));
      add('otelcol_receiver_accepted', `${items} taken into the log`, (row) => row.accepted);
      add('otelcol_receiver_refused', `${items} refused`, (row) => row.refused);
      add('throughline_receiver_repeated', `${items} that came again`, (row) => row.repeated);
    }
    registry.observed('otelcol_receiver_requests', 'requests received', 'counter', () =>
      SIGNALS.flatMap((signal) => this.#byTransport(signal, (row) => row.requests)),
    );
    registry.observed('throughline_receiver_bytes', 'bytes received, as sent', 'counter', () =>
      SIGNALS.flatMap((signal) => this.#byTransport(signal, (row) => row.bytes)),
    );
  }

  #byTransport(signal: Signal, of: (row: CounterRow) => number): Sample[] {
    const sums = new Map<string, number>([
      ['grpc', 0],
      ['http', 0],
    ]);
    for (const row of this.#rows.values()) {
      if (row.signal !== signal) continue;
      const transport = row.transport === 'grpc' ? 'grpc' : 'http';
      sums.set(transport, (sums.get(transport) ?? 0) + of(row));
    }
    return [...sums].map(([transport, value]) => ({
      suffix: '',
      labels: { receiver: this.#receiver, transport, data_type: signal },
      value,
    }));
  }
}

export function countRefused(row: CounterRow, reason: RefusedReason, items: number): void {
  row.refused += items;
  row.refusedRequests[reason] = (row.refusedRequests[reason] ?? 0) + 1;
}
