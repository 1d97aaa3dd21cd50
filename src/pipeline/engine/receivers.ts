// The receivers of the running graph: started last, stopped first, and kept through a reload that does not concern them,
// so that they go on answering.

import type { Signal } from '../../base/signal.ts';
import type { SegmentLog } from '../../log/contract.ts';
import type { Clock } from '../clock.ts';
import type { Delay, Receiver } from '../component.ts';
import type { Graph } from '../graph/plan.ts';
import type { SettingsBook } from './component-settings.ts';
import { ReceiverDoor } from './door.ts';

export interface ReceiversOptions {
  readonly log: SegmentLog;
  readonly clock: Clock;
  readonly book: SettingsBook;
  readonly refusal: (receiver: string, signal: Signal) => Delay | undefined;
}

interface RunningReceiver {
  readonly receiver: Receiver;
  readonly fingerprint: string;
  readonly uses: ReadonlySet<string>;
}

export class Receivers {
  readonly #options: ReceiversOptions;
  readonly #running = new Map<string, RunningReceiver>();

  constructor(options: ReceiversOptions) {
    this.#options = options;
  }

  get(id: string): Receiver | undefined {
    return this.#running.get(id)?.receiver;
  }

  async apply(graph: Graph, changedExtensions: ReadonlySet<string>): Promise<string[]> {
    const lines: string[] = [];
    const wanted = graph.receivers();
    // All that change stop first: one may take over the port of another.
    for (const [id, running] of this.#running) {
      const same =
        wanted.includes(id) &&
        running.fingerprint === fingerprintOf(graph, id) &&
        ![...running.uses].some((one) => changedExtensions.has(one));
      if (same) continue;
      await this.#stop(id);
      if (!wanted.includes(id)) lines.push(`receiver ${id} stopped`);
    }
    for (const id of wanted) {
      if (this.#running.has(id)) continue;
      await this.#start(graph, id);
      lines.push(`receiver ${id} started`);
    }
    return lines;
  }

  /** Takes no more, answers what is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id)));
  }

  async #start(graph: Graph, id: string): Promise<void> {
    const { book, log, clock, refusal } = this.#options;
    const planned = graph.plan.receivers.get(id);
    if (planned === undefined) throw new Error(`receiver ${id} is not configured`);
    const { definition, config } = planned;
    const signals = graph.signalsOf(id);
    const fingerprint = fingerprintOf(graph, id);
    const signal = signals[0] ?? 'traces';
    const { settings, uses } = book.give({ kind: 'receiver', id, signal, fingerprint });
    const telemetryOf = (one: Signal) => book.telemetry({ kind: 'receiver', id, signal: one });
    for (const one of signals) telemetryOf(one);
    const door = new ReceiverDoor({
      id,
      log,
      clock,
      telemetryOf,
      refusal: (one) => refusal(id, one),
      keptHeaders: keptHeaders(graph, id),
    });
    const receiver = definition.create(config, {
      ...settings,
      signals: new Set(signals),
      door,
      telemetryOf,
    });
    try {
      await receiver.start?.();
    } catch (error) {
      await receiver.stop?.();
      throw error;
    }
    this.#running.set(id, { receiver, fingerprint, uses });
  }

  async #stop(id: string): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.receiver.stop?.();
    this.#options.book.forgetShared('receiver', id);
  }
}

const fingerprintOf = (graph: Graph, id: string): string =>
  JSON.stringify([
    graph.plan.receivers.get(id)?.fingerprint,
    graph.signalsOf(id),
    keptHeaders(graph, id),
  ]);

/** Request headers that some component behind the receiver looks at. */
function keptHeaders(graph: Graph, receiver: string): string[] {
  const { processors, connectors, exporters } = graph.plan;
  const names = new Set<string>();
  const add = (list: readonly string[] | undefined): void =>
    list?.forEach((name) => names.add(name.toLowerCase()));
  const fed = graph.plan.pipelines.filter(({ receivers }) => receivers.includes(receiver));
  for (const pipeline of new Set(fed.flatMap((one) => graph.reachable(one)))) {
    for (const id of pipeline.processors) {
      const planned = processors.get(id);
      add(planned?.definition.headers?.(planned.config));
    }
    for (const id of pipeline.exporters) {
      const connector = connectors.get(id);
      add(connector?.definition.headers?.(connector.config));
      const exporter = exporters.get(id);
      const queue = exporter?.definition.delivery?.(exporter.config).sending_queue;
      add(queue?.batch?.partition?.metadata_keys);
      add(exporter?.definition.headers?.(exporter.config));
    }
  }
  return [...names].toSorted();
}
