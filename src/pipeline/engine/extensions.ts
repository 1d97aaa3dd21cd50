// The extensions that `service::extensions` lists: first up, last down.

import type { Extension, Host } from '../component.ts';
import type { Graph } from '../graph/plan.ts';
import { AppError } from '../../base/app-error.ts';
import type { ExtensionStatus } from '../status.ts';
import type { SettingsBook } from './component-settings.ts';

interface RunningExtension {
  readonly id: string;
  readonly type: string;
  readonly extension: Extension;
  readonly fingerprint: string;
}

export class Extensions {
  readonly #book: () => SettingsBook;
  readonly #host: Host;
  #running: RunningExtension[] = [];

  constructor(book: () => SettingsBook, host: Host) {
    this.#book = book;
    this.#host = host;
  }

  get(id: string): Extension {
    const found = this.#running.find((one) => one.id === id);
    if (found !== undefined) return found.extension;
    throw new AppError('EXTENSION_NOT_RUNNING', {
      message: `extension ${id} is used, but not started: add it to service::extensions`,
    });
  }

  status(): ExtensionStatus[] {
    return this.#running.map(({ id, type }) => ({ id, type, running: true }));
  }

  /** @returns ids of those that are other objects now, or none any more. */
  async apply(graph: Graph): Promise<Set<string>> {
    const { started, extensions } = graph.plan;
    const changed = new Set<string>();
    for (const one of this.#running.toReversed()) {
      const same =
        started.includes(one.id) && extensions.get(one.id)?.fingerprint === one.fingerprint;
      if (same) continue;
      changed.add(one.id);
      await this.#stop(one);
    }
    for (const id of started) {
      if (this.#running.some((one) => one.id === id)) continue;
      changed.add(id);
      await this.#start(graph, id);
    }
    return changed;
  }

  async ready(): Promise<void> {
    for (const { extension } of this.#running) await extension.ready?.();
  }

  async notReady(): Promise<void> {
    for (const { extension } of this.#running) await extension.notReady?.();
  }

  async stop(): Promise<void> {
    for (const one of this.#running.toReversed()) await this.#stop(one);
  }

  async #start(graph: Graph, id: string): Promise<void> {
    const planned = graph.plan.extensions.get(id);
    if (planned === undefined) throw new Error(`extension ${id} is not configured`);
    const { definition, config, fingerprint } = planned;
    const { settings } = this.#book().give({
      kind: 'extension',
      id,
      signal: 'traces',
      fingerprint,
    });
    const extension = definition.create(config, { ...settings, host: this.#host });
    try {
      await extension.start?.();
    } catch (error) {
      await extension.stop?.();
      throw error;
    }
    this.#running.push({ id, type: definition.type, extension, fingerprint });
  }

  async #stop(one: RunningExtension): Promise<void> {
    this.#running = this.#running.filter((other) => other !== one);
    await one.extension.stop?.();
  }
}
