// A processor or connector in the running graph: counts what goes in and out, and sets aside what makes it throw, so that
// one bad batch stops nothing.

import type { Logger } from '../../telemetry/logger.ts';
import type { Batch } from '../batch.ts';
import type { Consumer } from '../consumer.ts';
import type { ComponentTelemetry } from '../telemetry/component-telemetry.ts';

/** Counts what a component passes on. */
export function outlet(telemetry: ComponentTelemetry, next: Consumer): Consumer {
  return {
    consume: (batch) => {
      telemetry.outgoing(batch.items);
      return next.consume(batch);
    },
  };
}

export interface InletOptions {
  readonly telemetry: ComponentTelemetry;
  readonly logger: Logger;
  /** Keeps the batch elsewhere, counts it as failed, releases it. */
  readonly fail: (batch: Batch, reason: string) => void;
}

/** Counts what a component gets, and catches what it throws. */
export function inlet(component: Consumer, options: InletOptions): Consumer {
  const { telemetry, logger, fail } = options;
  const onThrow = (batch: Batch, error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error('a component threw; the batch is kept in the dead letters', {
      component: telemetry.key.id,
      reason: error instanceof Error ? (error.stack ?? reason) : reason,
    });
    telemetry.error(`${telemetry.key.id} failed: ${reason}`, 'Report it with the log line.');
    fail(batch, reason);
  };
  return {
    consume: (batch) => {
      telemetry.incoming(batch.items);
      try {
        const wait = component.consume(batch);
        return wait?.catch((error: unknown) => onThrow(batch, error));
      } catch (error) {
        onThrow(batch, error);
      }
    },
  };
}
