// Requests made before the clock starts: making them costs more than receiving them.

import type { Signal } from '../../src/base/signal.ts';
import { LogGenerator } from '../generate/logs.ts';
import { MetricGenerator } from '../generate/metrics.ts';
import { TraceGenerator } from '../generate/traces.ts';

export interface Load {
  readonly bodies: readonly Uint8Array[];
  readonly items: number;
  readonly bytes: number;
}

/** About `items` items of the signal in requests of 512 (metrics: of one round), with times that end now. */
export function makeLoad(signal: Signal, items: number): Load {
  const startUnixNano = BigInt(Date.now() - 60_000) * 1_000_000n;
  const { next, perRequest } = generatorOf(signal, startUnixNano);
  const count = Math.ceil(items / perRequest);
  const bodies = Array.from({ length: count }, () => Uint8Array.from(next()));
  return {
    bodies,
    items: count * perRequest,
    bytes: bodies.reduce((sum, body) => sum + body.length, 0),
  };
}

function generatorOf(
  signal: Signal,
  startUnixNano: bigint,
): { next: () => Uint8Array; perRequest: number } {
  if (signal === 'traces') {
    const traces = new TraceGenerator({ startUnixNano, spansPerRequest: 512 });
    return { next: () => traces.next(), perRequest: 512 };
  }
  if (signal === 'logs') {
    const logs = new LogGenerator({ startUnixNano, recordsPerRequest: 512 });
    return { next: () => logs.next(), perRequest: 512 };
  }
  const metrics = new MetricGenerator({
    startUnixNano,
    intervalNano: 1_000_000_000n,
    pointsPerMetric: 64,
  });
  return { next: () => metrics.next(), perRequest: metrics.pointsPerRequest };
}
