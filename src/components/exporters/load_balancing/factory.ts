// The load_balancing exporter: what belongs together goes to the same backend, over OTLP/gRPC.

import { defineExporter } from '../../../pipeline/component.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { DeliveryConfig } from '../../../pipeline/delivery-config.ts';
import type { SendOutcome } from '../../../pipeline/send-outcome.ts';
import { Backends } from './backends.ts';
import { type LoadBalancingConfig, loadBalancingConfig } from './config.ts';
import { BackendResolver } from './resolver.ts';
import { routeItems, routingKeyFor } from './routing.ts';
import { partsOf, Progress } from './shares.ts';

export const loadBalancingExporter = defineExporter({
  type: 'load_balancing',
  deprecatedTypes: ['loadbalancing'],
  stability: { traces: 'beta', metrics: 'development', logs: 'beta' },
  config: loadBalancingConfig,
  delivery: deliveryOf,
  create: (config, settings) => {
    const key = routingKeyFor(settings.id, settings.signal, config);
    const backends = new Backends(config.protocol.otlp, settings);
    const resolver = new BackendResolver({
      config: config.resolver,
      settings,
      onChange: (endpoints) => backends.use(endpoints),
    });
    /** Of batches that were delivered in part; gone with the batch. */
    const progressOf = new WeakMap<Batch, Progress>();
    return {
      start: async () => {
        await backends.check();
        await resolver.start();
      },
      stop: async () => {
        await resolver.stop();
        backends.close();
      },
      send: async (batch, signal) => {
        const { ring } = backends;
        if (ring.endpoints.length === 0) return NO_BACKENDS;
        const progress = progressOf.get(batch) ?? new Progress(batch.items);
        progressOf.set(batch, progress);
        const owners = routeItems(batch, key, config.routing_attributes, ring);
        const outcomes = await Promise.all(
          progress.shares(owners).map(async (share) => {
            const endpoint = ring.endpoints[share.owner] ?? '';
            const outcome = await backends.send(endpoint, partsOf(batch, share), signal);
            progress.settle(share, outcome);
            return outcome;
          }),
        );
        return progress.outcome(outcomes);
      },
    };
  },
});

const NO_BACKENDS: SendOutcome = {
  kind: 'retry',
  reason: 'no backend is known: the name could not be looked up yet',
};

/** The exporter's own settings where it has them, else those of the protocol: one queue, not one for each backend. */
function deliveryOf(config: LoadBalancingConfig): DeliveryConfig {
  const { otlp } = config.protocol;
  return {
    timeout: config.timeout > 0 ? config.timeout : otlp.timeout,
    retry_on_failure: config.retry_on_failure.enabled
      ? config.retry_on_failure
      : otlp.retry_on_failure,
    sending_queue: config.sending_queue ?? otlp.sending_queue,
  };
}
