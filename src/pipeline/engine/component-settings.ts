// What instances are given by the engine, and what the engine learns of them: which extensions they use.

import type { Signal } from '../../base/signal.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Clock } from '../clock.ts';
import type { ComponentSettings, Extension } from '../component.ts';
import { type ComponentKind, ComponentTelemetry } from '../telemetry/component-telemetry.ts';
import type { MetricFamilies } from '../telemetry/metric-families.ts';

export interface SettingsKey {
  readonly kind: ComponentKind;
  readonly id: string;
  readonly signal: Signal;
  readonly pipeline?: string | undefined;
  readonly fingerprint: string;
}

export interface SettingsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricFamilies;
  readonly extension: (id: string) => Extension;
}

export interface Given {
  readonly settings: ComponentSettings;
  /** Extensions that it asked for: it is started anew when one of them is. */
  readonly uses: ReadonlySet<string>;
}

interface Shared {
  readonly fingerprint: string;
  readonly value: unknown;
  /** Extensions that were asked for when it was made: whoever shares it uses them too. */
  readonly uses: ReadonlySet<string>;
}

export class SettingsBook {
  readonly #options: SettingsOptions;
  /** Counters outlive a reload, so that rates and totals do not jump. */
  readonly #telemetry = new Map<string, ComponentTelemetry>();
  readonly #shared = new Map<string, Shared>();

  constructor(options: SettingsOptions) {
    this.#options = options;
  }

  /** Of every node that ever ran. */
  get nodes(): Iterable<ComponentTelemetry> {
    return this.#telemetry.values();
  }

  telemetry({ kind, id, signal, pipeline }: Omit<SettingsKey, 'fingerprint'>): ComponentTelemetry {
    const name = [kind, id, signal, pipeline ?? ''].join('|');
    let found = this.#telemetry.get(name);
    if (found === undefined) {
      found = new ComponentTelemetry({ kind, id, signal, pipeline }, () =>
        this.#options.clock.now(),
      );
      this.#telemetry.set(name, found);
    }
    return found;
  }

  give(key: SettingsKey): Given {
    const { clock, logger, metrics, extension } = this.#options;
    const uses = new Set<string>();
    const where = key.pipeline === undefined ? {} : { pipeline: key.pipeline };
    const settings: ComponentSettings = {
      id: key.id,
      logger: logger.with({ kind: key.kind, component: key.id, ...where }),
      clock,
      metrics,
      telemetry: this.telemetry(key),
      extension: (id) => {
        uses.add(id);
        return extension(id);
      },
      shared: (make) => this.#share(key, uses, make),
    };
    return { settings, uses };
  }

  /** The last instance of the id has stopped: what they shared has stopped with it. */
  forgetShared(kind: ComponentKind, id: string): void {
    this.#shared.delete(`${kind}|${id}`);
  }

  /** These extensions are other objects now: what was made with the ones before is made anew. */
  forgetSharedUsing(extensions: ReadonlySet<string>): void {
    for (const [name, { uses }] of this.#shared) {
      if ([...uses].some((id) => extensions.has(id))) this.#shared.delete(name);
    }
  }

  #share<T>({ kind, id, fingerprint }: SettingsKey, uses: Set<string>, make: () => T): T {
    const name = `${kind}|${id}`;
    const found = this.#shared.get(name);
    if (found?.fingerprint === fingerprint) {
      for (const used of found.uses) uses.add(used);
      // What was shared under this name was made by the same factory, so it has this type.
      return found.value as T;
    }
    const value = make();
    // All that the first one asked for until then: a few too many make a restart, one too few a dead object.
    this.#shared.set(name, { fingerprint, value, uses: new Set(uses) });
    return value;
  }
}
