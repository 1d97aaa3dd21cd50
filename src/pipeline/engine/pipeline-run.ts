// One pipeline as it runs: its processors in a row, from an entry to what is behind it.

import type { Signal } from '../../base/signal.ts';
import type { Batch } from '../batch.ts';
import type { Delay, Processor } from '../component.ts';
import type { Consumer } from '../consumer.ts';
import { inlet, outlet } from '../flow/node.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ComponentTelemetry } from '../telemetry/component-telemetry.ts';

export interface RunningProcessor {
  readonly id: string;
  readonly processor: Processor;
  readonly telemetry: ComponentTelemetry;
  readonly uses: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export type Fail = (batch: Batch, reason: string) => void;

export interface ProcessorMaker {
  readonly telemetry: ComponentTelemetry;
  /** Makes the processor in front of `next`. */
  readonly make: (next: Consumer, fail: Fail) => RunningProcessor;
}

export interface PipelineRunOptions {
  readonly id: string;
  readonly signal: Signal;
  readonly makers: readonly ProcessorMaker[];
  /** What comes out goes there. */
  readonly next: Consumer;
  readonly logger: Logger;
  /** Keeps a batch that cannot be processed. */
  readonly bury: (batch: Batch, reason: string) => Promise<boolean>;
}

export class PipelineRun implements Consumer {
  readonly id: string;
  readonly signal: Signal;
  /** First to last. */
  readonly processors: readonly RunningProcessor[];
  readonly #entry: Consumer;
  #started: RunningProcessor[] = [];

  constructor(options: PipelineRunOptions) {
    this.id = options.id;
    this.signal = options.signal;
    const processors: RunningProcessor[] = [];
    let next = options.next;
    for (const { telemetry, make } of options.makers.toReversed()) {
      const fail = failInto(options.bury, telemetry);
      const running = make(outlet(telemetry, next), fail);
      processors.unshift(running);
      next = inlet(running.processor, { telemetry, logger: options.logger, fail });
    }
    this.processors = processors;
    this.#entry = next;
  }

  consume(batch: Batch): void | Promise<void> {
    return this.#entry.consume(batch);
  }

  /** Why nothing shall come in at present: the first processor's word. */
  admission(): Delay | undefined {
    return this.processors[0]?.processor.admission?.();
  }

  /** Last to first: a processor never passes on to one that is not ready. */
  async start(): Promise<void> {
    for (const running of this.processors.toReversed()) {
      this.#started.push(running);
      await running.processor.start?.();
    }
  }

  /** What only waits for company is passed on. */
  async flush(): Promise<void> {
    for (const { processor } of this.processors) await processor.flush?.();
  }

  /** Flushed before. What is still held is read again from the log. */
  async stop(): Promise<void> {
    for (const { processor, close } of this.#started.splice(0).toReversed()) {
      await processor.stop?.();
      await close();
    }
  }
}

const failInto =
  (bury: PipelineRunOptions['bury'], telemetry: ComponentTelemetry): Fail =>
  (batch, reason) => {
    void bury(batch, reason).then((kept) => {
      if (kept) telemetry.failed(batch.items, reason);
      else telemetry.lost(batch.items, reason);
      batch.release();
    });
  };
