// A process of pipelines for the fault tests: the otlp receiver, exporters with each kind of queue that post to the test, a
// window so small that much goes to disk; and behind a receiver of its own tail_sampling, which keeps traces with an error.
// Arguments: folder, URL of the test. Prints its ports as JSON, and on
// stderr what it logs as an error.

import { join } from 'node:path';
import { fileStorage } from '../../src/components/extensions/file_storage/factory.ts';
import { tailSampling } from '../../src/components/processors/tail_sampling/factory.ts';
import { otlpReceiver } from '../../src/components/receivers/otlp/factory.ts';
import { any, decodePlain, object } from '../../src/config/schema.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { Batcher } from '../../src/pipeline/batching/batcher.ts';
import { systemClock } from '../../src/pipeline/clock.ts';
import {
  type AnyDefinition,
  defineExporter,
  defineProcessor,
  type ProcessorDefinition,
} from '../../src/pipeline/component.ts';
import type { DeliveryConfig } from '../../src/pipeline/delivery-config.ts';
import { Engine } from '../../src/pipeline/engine/engine.ts';
import type { Planned } from '../../src/pipeline/graph/plan.ts';
import { SENT } from '../../src/pipeline/send-outcome.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
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
/** So many, and `num_consumers` under way, may be lost with each death. */
const MEMORY_REQUESTS = 10;
const DELIVERIES: Readonly<Record<string, DeliveryConfig>> = {
  'post/plain': { retry_on_failure: RETRY, sending_queue: QUEUE, timeout: 2000 },
  'post/batched': { retry_on_failure: RETRY, sending_queue: { ...QUEUE, batch: BATCH } },
  'post/alone': { retry_on_failure: RETRY, sending_queue: QUEUE },
  'post/storage': {
    retry_on_failure: RETRY,
    sending_queue: { ...QUEUE, storage: 'file_storage', queue_size: 1000 },
  },
  'post/memory': {
    retry_on_failure: RETRY,
    sending_queue: { ...QUEUE, storage: 'memory', queue_size: MEMORY_REQUESTS },
  },
  'post/sampled': { retry_on_failure: RETRY, sending_queue: QUEUE },
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
  logger: createLogger({
    level: 'error',
    format: 'json',
    write: (line) => void process.stderr.write(line),
  }),
  registry: new Registry(),
  fsync: 'interval',
  windowBytes: 256 * 1024,
});

function planned<D extends AnyDefinition>(definition: D, id: string, config: unknown) {
  const one: Planned<D> = { id, definition, config, fingerprint: '' };
  return [id, one] as const;
}

const otlp = decodePlain(otlpReceiver.config, {
  protocols: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } },
});
const sampling = decodePlain(tailSampling.config, {
  decision_wait: '300ms',
  buffer_size: 64 * 1024,
  decision_cache: { sampled_cache_size: 100_000, non_sampled_cache_size: 100_000 },
  policies: [{ name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } }],
});
const storage = decodePlain(fileStorage.config, {
  directory: join(folder, 'storage'),
  create_directory: true,
});
await engine.start({
  receivers: new Map([
    planned(otlpReceiver, 'otlp', otlp.config),
    planned(otlpReceiver, 'otlp/halves', otlp.config),
  ]),
  processors: new Map<string, Planned<ProcessorDefinition>>([
    planned(batch, 'batch', {}),
    planned(tailSampling, 'tail_sampling', sampling.config),
  ]),
  connectors: new Map(),
  exporters: new Map(Object.keys(DELIVERIES).map((id) => planned(post, id, { id }))),
  extensions: new Map([planned(fileStorage, 'file_storage', storage.config)]),
  started: ['file_storage'],
  pipelines: [
    {
      id: 'traces',
      signal: 'traces',
      receivers: ['otlp'],
      processors: ['batch'],
      exporters: ['post/plain', 'post/batched', 'post/storage'],
    },
    {
      id: 'traces/alone',
      signal: 'traces',
      receivers: ['otlp'],
      processors: [],
      exporters: ['post/alone'],
    },
    {
      id: 'traces/memory',
      signal: 'traces',
      receivers: ['otlp'],
      processors: [],
      exporters: ['post/memory'],
    },
    {
      id: 'traces/sampled',
      signal: 'traces',
      receivers: ['otlp/halves'],
      processors: ['tail_sampling'],
      exporters: ['post/sampled'],
    },
  ],
});
const portOf = (receiver: string, name: string): number =>
  engine.listening().find((one) => one.receiver === receiver && one.name === name)?.port ?? 0;
const ports = {
  otlpGrpc: portOf('otlp', 'grpc'),
  otlpHttp: portOf('otlp', 'http'),
  halves: portOf('otlp/halves', 'http'),
  http: 0,
  health: 0,
};
process.stdout.write(`${JSON.stringify(ports)}\n`);
setInterval(() => undefined, 60_000); // until it is killed
