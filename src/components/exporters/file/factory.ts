// The file exporter: batches to files, each of them written before it counts as delivered.

import type { Signal } from '../../../base/signal.ts';
import { resourceAttribute } from '../../../otlp/objects/resource-attribute.ts';
import { groupByResource } from '../../../otlp/ranges/group.ts';
import { pickItems } from '../../../otlp/ranges/select.ts';
import type { Batch, PipelineBatch } from '../../../pipeline/batch.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import type { DeliveryConfig } from '../../../pipeline/delivery-config.ts';
import { SENT, type SendOutcome } from '../../../pipeline/send-outcome.ts';
import { type FileConfig, fileConfig } from './config.ts';
import { Files } from './files.ts';
import { recordOf } from './record.ts';

/** A full disk is a reason to wait, not to set data aside on the same disk. */
const DELIVERY: DeliveryConfig = {
  retry_on_failure: {
    enabled: true,
    initial_interval: 1000,
    randomization_factor: 0.5,
    multiplier: 1.5,
    max_interval: 30_000,
    max_elapsed_time: 0,
  },
};

export const fileExporter = defineExporter({
  type: 'file',
  stability: { traces: 'alpha', metrics: 'alpha', logs: 'alpha' },
  config: fileConfig,
  delivery: () => DELIVERY,
  create: (config, settings) => {
    const files = settings.shared(() => new Files(config, () => settings.clock.now()));
    let started = false;
    return {
      start: () => {
        started = true;
        return files.start();
      },
      stop: () => (started ? files.stop() : undefined),
      send: async (batch) => {
        try {
          if (config.group_by.enabled) return await writeGroups(batch, config, files);
          await files.write(undefined, await recordOf(batch, config));
          return SENT;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          return { kind: 'retry', reason: `${config.path} cannot be written: ${reason}` };
        }
      },
    };
  },
});

async function writeGroups(batch: Batch, config: FileConfig, files: Files): Promise<SendOutcome> {
  const key = config.group_by.resource_attribute;
  let without = 0;
  for (const { segment, request } of groupsOf<Signal>(batch, key)) {
    if (segment === undefined) without += request.items;
    else await files.write(segment, await recordOf({ ...request, parts: [request.bytes] }, config));
  }
  if (without === 0) return SENT;
  return { kind: 'ok', rejected: { items: without, reason: `their resource has no text ${key}` } };
}

/** Requests by the attribute's value; undefined for what has none. */
function groupsOf<S extends Signal>(batch: PipelineBatch<S>, key: string) {
  const { resources }: ReturnType<Batch['index']> = batch.index();
  const segments = new Map<string, string | undefined>(); // in the order in which groups are numbered
  const groups = groupByResource(batch, (group) => {
    const value = resourceAttribute(batch.bytes, resources, group, key)?.stringValue;
    const name = value === undefined ? '' : `=${value}`;
    segments.set(name, value);
    return name;
  });
  return [...segments.values()].map((segment, group) => {
    const items = groups.order.subarray(groups.starts[group], groups.starts[group + 1]);
    return { segment, request: pickItems(batch, items) };
  });
}
