// The exporter instances of the running graph. A node stays while its id is configured, so that what waits in it stays
// too; the component in it is made anew when its configuration, or an extension it uses, changes.

import { join } from 'node:path';
import type { Exporter, Extension, StoreSink } from '../component.ts';
import type { ExporterNodeOptions, ExporterSetup } from '../delivery/exporter-node.ts';
import { ExporterNode } from '../delivery/exporter-node.ts';
import type { DeliveryConfig } from '../delivery-config.ts';
import { type ExporterKey, type Graph, keyText } from '../graph/plan.ts';
import type { SettingsBook } from './component-settings.ts';

export interface ExportersOptions extends Pick<
  ExporterNodeOptions,
  'clock' | 'logger' | 'fsync' | 'diskLimitBytes' | 'logNeedsRoom' | 'windowBytes'
> {
  readonly book: SettingsBook;
  /** Folder of all queues. */
  readonly queues: string;
  readonly extension: (id: string) => Extension;
  readonly store: StoreSink | undefined;
}

interface RunningExporter {
  readonly key: ExporterKey;
  readonly node: ExporterNode;
  readonly folder: string;
  exporter: Exporter;
  fingerprint: string;
  uses: ReadonlySet<string>;
}

export class Exporters {
  readonly #options: ExportersOptions;
  readonly #running = new Map<string, RunningExporter>();
  /** Never given to another one, so that sources can be asked about exporters of an earlier graph. */
  readonly #accounts = new Map<string, number>();

  constructor(options: ExportersOptions) {
    this.#options = options;
  }

  get nodes(): ExporterNode[] {
    return [...this.#running.values()].map(({ node }) => node);
  }

  node(key: ExporterKey): ExporterNode {
    const running = this.#running.get(keyText(key));
    if (running === undefined) throw new Error(`exporter ${key.id} does not run`);
    return running.node;
  }

  account(key: ExporterKey): number {
    const text = keyText(key);
    const account = this.#accounts.get(text) ?? this.#accounts.size + 1;
    this.#accounts.set(text, account);
    return account;
  }

  /** Makes, replaces and keeps, so that every exporter of the graph runs. @returns what changed. */
  async apply(graph: Graph, changedExtensions: ReadonlySet<string>): Promise<string[]> {
    const lines: string[] = [];
    const changed = new Map<string, RunningExporter[]>();
    for (const key of graph.exporters()) {
      const running = this.#running.get(keyText(key));
      if (running === undefined) continue;
      const same =
        running.fingerprint === this.#fingerprint(graph, key) &&
        ![...running.uses].some((id) => changedExtensions.has(id));
      if (!same) changed.set(key.id, [...(changed.get(key.id) ?? []), running]);
    }
    for (const [id, instances] of changed) {
      await this.#replace(graph, instances);
      lines.push(...instances.map(({ key }) => `exporter ${id} (${key.signal}) replaced`));
    }
    for (const key of graph.exporters()) {
      if (this.#running.has(keyText(key))) continue;
      await this.#add(graph, key);
      lines.push(`exporter ${key.id} (${key.signal}) started`);
    }
    return lines;
  }

  /** Stops those that the graph has no more; what waited on disk stays there. */
  async removeOthers(graph: Graph, deadlineMs: number): Promise<string[]> {
    const wanted = new Set(graph.exporters().map(keyText));
    const gone = [...this.#running].filter(([text]) => !wanted.has(text));
    await Promise.all(gone.map(([text]) => this.#remove(text, deadlineMs)));
    return gone.map(([, { key }]) => `exporter ${key.id} (${key.signal}) stopped`);
  }

  /** What is in memory is delivered until the deadline, or kept for the next start. */
  async stop(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#running.keys()].map((text) => this.#remove(text, deadlineMs)));
  }

  async #remove(text: string, deadlineMs: number): Promise<void> {
    const running = this.#running.get(text);
    if (running === undefined) return;
    this.#running.delete(text);
    await running.node.stop(deadlineMs);
    await running.exporter.stop?.();
    const { id } = running.key;
    const isLast = ![...this.#running.values()].some(({ key }) => key.id === id);
    if (isLast) this.#options.book.forgetShared('exporter', id);
  }

  async #add(graph: Graph, key: ExporterKey): Promise<void> {
    const { queues, extension, book } = this.#options;
    const { exporter, setup, uses } = await this.#make(graph, key);
    const storage = setup.delivery.sending_queue?.storage;
    const own = join(queues, encodeURIComponent(key.id));
    const folder =
      storage === undefined || storage === 'memory'
        ? own
        : ((await extension(storage).folder?.(key.id)) ?? own);
    const node = new ExporterNode(setup, {
      ...this.#options,
      ...key,
      account: this.account(key),
      folder,
      telemetry: book.telemetry({ kind: 'exporter', ...key }),
    });
    const fingerprint = this.#fingerprint(graph, key);
    this.#running.set(keyText(key), { key, node, folder, exporter, fingerprint, uses });
    await node.start();
  }

  /**
   * Instances of one id. All of them stop before the first starts again: they may share a file or a port, and what they
   * shared is stopped with the last.
   */
  async #replace(graph: Graph, instances: readonly RunningExporter[]): Promise<void> {
    const allStopped = Promise.withResolvers<void>();
    const stopping = new Set(instances);
    const stopped = (running: RunningExporter): void => {
      if (!stopping.delete(running) || stopping.size > 0) return;
      this.#forgetStopped(instances);
      allStopped.resolve();
    };
    const replaced = instances.map(async (running) => {
      try {
        await running.node.replace(async () => {
          running.fingerprint = ''; // until it runs again, it is like no other
          await running.exporter.stop?.();
          stopped(running);
          await allStopped.promise;
          const { exporter, setup, uses } = await this.#make(graph, running.key);
          running.exporter = exporter;
          running.uses = uses;
          running.fingerprint = this.#fingerprint(graph, running.key);
          return setup;
        });
      } finally {
        stopped(running); // also where it failed: the others wait for it
      }
    });
    const failed = (await Promise.allSettled(replaced)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  #forgetStopped(instances: readonly RunningExporter[]): void {
    const id = instances[0]?.key.id ?? '';
    const others = [...this.#running.values()].filter(
      (one) => one.key.id === id && !instances.includes(one),
    );
    if (others.length === 0) this.#options.book.forgetShared('exporter', id);
  }

  async #make(
    graph: Graph,
    key: ExporterKey,
  ): Promise<{ exporter: Exporter; setup: ExporterSetup; uses: ReadonlySet<string> }> {
    const planned = graph.plan.exporters.get(key.id);
    if (planned === undefined) throw new Error(`exporter ${key.id} is not configured`);
    const { definition, config, fingerprint } = planned;
    const { settings, uses } = this.#options.book.give({ kind: 'exporter', ...key, fingerprint });
    const exporter = definition.create(config, {
      ...settings,
      signal: key.signal,
      store: this.#options.store,
    });
    try {
      await exporter.start?.();
    } catch (error) {
      await exporter.stop?.();
      throw error;
    }
    const delivery = definition.delivery?.(config) ?? {};
    const alone = graph.isAlone(key);
    return {
      exporter,
      uses,
      setup: { exporter, delivery, alone, onFull: onFull(delivery, alone) },
    };
  }

  #fingerprint(graph: Graph, key: ExporterKey): string {
    return `${graph.plan.exporters.get(key.id)?.fingerprint ?? ''}|${graph.isAlone(key)}`;
  }
}

function onFull(
  { sending_queue: queue, waits }: DeliveryConfig,
  alone: boolean,
): ExporterSetup['onFull'] {
  if (waits === true) return 'refuse';
  if (queue?.on_full !== undefined) return queue.on_full;
  return alone || queue?.block_on_overflow === true ? 'refuse' : 'drop_oldest';
}
