// The memory limiter. First in its pipeline it is asked before a request goes into the log, and the sender is told to come
// again; elsewhere the pipeline's reader waits, and what waits is in the log on the disk.

import { ITEM_NAME } from '../../../base/signal.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Delay, Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { Counter } from '../../../telemetry/registry.ts';
import type { MemoryLimiterConfig } from './config.ts';
import { type Limiter, MIB } from './limiter.ts';

/** Senders are not told to come again sooner: a look at the memory and a collection need as long. */
const MIN_RETRY_MS = 1000;
/** A reader that waits for memory goes on with one batch after this time, so that nothing is ever stuck. */
const MAX_PAUSE_MS = 5000;
/** After this, refusing has not helped, and what to do is said. */
const NO_HELP_MS = 30_000;

export class MemoryLimiterProcessor implements Processor {
  readonly #config: MemoryLimiterConfig;
  readonly #limiter: Limiter;
  readonly #settings: ProcessorSettings;
  readonly #next: Consumer;
  readonly #accepted: Counter;
  readonly #refused: Counter;
  #wasRefusing = false;
  #stopped = Promise.withResolvers<void>();

  constructor(
    config: MemoryLimiterConfig,
    limiter: Limiter,
    settings: ProcessorSettings,
    next: Consumer,
  ) {
    this.#config = config;
    this.#limiter = limiter;
    this.#settings = settings;
    this.#next = next;
    const items = ITEM_NAME[settings.signal];
    const counter = (name: string, help: string): Counter =>
      settings.metrics.counter(`otelcol_processor_memory_limiter_${name}_${items}`, help, {
        processor: settings.id,
      });
    this.#accepted = counter('accepted', `${items} let in`);
    this.#refused = counter('refused', `${items} refused because of the memory`);
  }

  start(): void {
    this.#limiter.listen(this.#tell);
  }

  stop(): void {
    this.#limiter.forget(this.#tell);
    this.#stopped.resolve();
  }

  admission(): Delay | undefined {
    if (this.#limiter.refusingForMs === undefined) return undefined;
    return {
      retryAfterMs: Math.max(MIN_RETRY_MS, this.#config.check_interval),
      reason: 'memory limit',
      refused: (items) => this.#refused.add(items),
    };
  }

  consume(batch: Batch): void | Promise<void> {
    const mustWait = !this.#settings.atTheDoor && this.#limiter.refusingForMs !== undefined;
    return mustWait ? this.#wait().then(() => this.#pass(batch)) : this.#pass(batch);
  }

  #pass(batch: Batch): void | Promise<void> {
    this.#accepted.add(batch.items);
    return this.#next.consume(batch);
  }

  async #wait(): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const cancel = this.#settings.clock.after(MAX_PAUSE_MS, enough.resolve);
    await Promise.race([this.#limiter.whenFree, this.#stopped.promise, enough.promise]);
    cancel();
  }

  readonly #tell = (limiter: Limiter): void => {
    const { telemetry, logger } = this.#settings;
    const forMs = limiter.refusingForMs;
    const used = mibOf(limiter.usedBytes);
    if (forMs === undefined) {
      if (this.#wasRefusing) {
        logger.info('memory is below the limit again', { usedMiB: used });
        telemetry.well();
      }
      this.#wasRefusing = false;
      return;
    }
    const soft = mibOf(limiter.limits.softBytes);
    const does = this.#settings.atTheDoor ? 'Senders are told to come again' : 'The pipeline waits';
    if (!this.#wasRefusing) {
      this.#wasRefusing = true;
      logger.warn('memory is above the limit', { usedMiB: used, softLimitMiB: soft });
      telemetry.error(
        `The process takes ${used} MiB, the limit less the spike is ${soft} MiB. ${does}.`,
        'If this happens often: raise limit_mib, or send less; see which exporter has a backlog.',
      );
    } else if (forMs >= NO_HELP_MS) {
      telemetry.error(
        `The process has taken more than ${soft} MiB for ${Math.round(forMs / 1000)} s, now ${used} MiB, though nothing comes in. ${does}.`,
        `What it holds is no new data. Raise limit_mib so that the limit less the spike is well above ${used} MiB, or give the exporters' backlog to the disk (sending_queue).`,
      );
    }
  };
}

const mibOf = (bytes: number): number => Math.round(bytes / MIB);
