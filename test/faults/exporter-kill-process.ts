// A process of pipelines for the fault tests: the otlp receiver, two exporters that post to the test, a window so small that
// much goes to disk. Arguments: folder, URL of the test. Prints its ports as JSON.

import { join } from 'node:path';
import { otlpReceiver } from '../../src/components/receivers/otlp/factory.ts';
import { any, decodePlain, object } from '../../src/config/schema.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { Batcher } from '../../src/pipeline/batching/batcher.ts';
import { systemClock } from '../../src/pipeline/clock.ts';
import {
  type AnyDefinition,
  defineExporter,
  defineProcessor,
} from '../../src/pipeline/component.ts';
import type { DeliveryConfig } from '../../src/pipeline/delivery-config.ts';
import { Engine } from '../../src/pipeline/engine/engine.ts';
import type { Planned } from '../../src/pipeline/graph/plan.ts';
import { SENT } from '../../src/pipeline/send-outcome.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { Registry } from '../../src/telemetry/registry.ts';

const [, , folder = '', url = ''] = process.argv;

const RETRY = {
  enabled: true,
  initial_interval: 50,
  randomization_factor: 0.5,
  multiplier: 1.5,
  max_interval: 400,
  max_elapsed_time: 0,
};
const QUEUE = { num_consumers: 4, sizer: 'requests', block_on_overflow: false } as const;
const BATCH = { flush_timeout: 50, min_size: 1000, max_size: 1500, sizer: 'items' } as const;
const DELIVERIES: Readonly<Record<string, DeliveryConfig>> = {
  'post/plain': { retry_on_failure: RETRY, sending_queue: QUEUE, timeout: 2000 },
  'post/batched': { retry_on_failure: RETRY, sending_queue: { ...QUEUE, batch: BATCH } },
  'post/alone': { retry_on_failure: RETRY, sending_queue: QUEUE },
};

const post = defineExporter({
  type: 'post',
  stability: { traces: 'development' },
  config: object({ id: any() }),
  delivery: ({ id }) => DELIVERIES[typeof id === 'string' ? id : ''] ?? {},
  create: (_config, { id }) => ({
    send: async (batch, signal) => {
      const body = Uint8Array.from(batch.bytes);
      const answer = await fetch(`${url}/${id}`, { method: 'POST', body, signal });
      await answer.arrayBuffer();
      return answer.ok ? SENT : { kind: 'retry', reason: `answered ${answer.status}` };
    },
  }),
});

const batch = defineProcessor({
  type: 'batch',
  stability: { traces: 'development' },
  config: any(),
  mutatesData: false,
  create: (_config, { clock }, next) => {
    const emit: Batcher['add'] = (one) => next.consume(one);
    const batcher = new Batcher({
      clock,
      sizer: 'items',
      minSize: 500,
      maxSize: 0,
      timeoutMs: 100,
      emit,
    });
    return {
      consume: (one) => batcher.add(one),
      flush: () => batcher.flush(),
      held: () => batcher.items,
    };
  },
});

const log = await openSegmentLog({ folder: join(folder, 'log') });
const engine = new Engine({
  log,
  queues: join(folder, 'queues'),
  checkpoints: join(folder, 'checkpoints'),
  clock: systemClock,
  logger: silentLogger,
  registry: new Registry(),
  fsync: 'interval',
  windowBytes: 256 * 1024,
});

function planned<D extends AnyDefinition>(definition: D, id: string, config: unknown) {
  const one: Planned<D> = { id, definition, config, fingerprint: '' };
  return [id, one] as const;
}

const { config } = decodePlain(otlpReceiver.config, {
  protocols: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } },
});
await engine.start({
  receivers: new Map([planned(otlpReceiver, 'otlp', config)]),
  processors: new Map([planned(batch, 'batch', {})]),
  connectors: new Map(),
  exporters: new Map(Object.keys(DELIVERIES).map((id) => planned(post, id, { id }))),
  extensions: new Map(),
  started: [],
  pipelines: [
    {
      id: 'traces',
      signal: 'traces',
      receivers: ['otlp'],
      processors: ['batch'],
      exporters: ['post/plain', 'post/batched'],
    },
    {
      id: 'traces/alone',
      signal: 'traces',
      receivers: ['otlp'],
      processors: [],
      exporters: ['post/alone'],
    },
  ],
});
const portOf = (name: string): number =>
  engine.listening().find((one) => one.name === name)?.port ?? 0;
process.stdout.write(
  `${JSON.stringify({ otlpGrpc: portOf('grpc'), otlpHttp: portOf('http'), http: 0, health: 0 })}\n`,
);
setInterval(() => undefined, 60_000); // until it is killed
