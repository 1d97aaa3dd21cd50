import { describe, expect, expectTypeOf, it } from 'vitest';
import { decodePlain, object, type ConfigOf } from '../../config/schema.ts';
import type { DeliveryConfig } from '../delivery-config.ts';
import { retryOnFailure } from './retry.ts';
import { sendingQueue } from './sending-queue.ts';

const exporter = object({ sending_queue: sendingQueue(), retry_on_failure: retryOnFailure() });

it('is what the delivery helper takes', () => {
  expectTypeOf<ConfigOf<typeof exporter>>().toExtend<DeliveryConfig>();
});

describe('accepted', () => {
  const cases: ReadonlyArray<readonly [string, object, object]> = [
    ['nothing', {}, { num_consumers: 10, sizer: 'requests', batch: undefined }],
    ['on', { enabled: true }, { num_consumers: 10 }],
    [
      'batch by its key alone',
      { batch: null },
      { batch: { flush_timeout: 200, min_size: 8192, max_size: 0, sizer: 'items' } },
    ],
    [
      'batch as the queue counts',
      { sizer: 'bytes', batch: { max_size: 9000 } },
      { batch: { sizer: 'bytes', max_size: 9000 } },
    ],
    ['storage', { storage: 'file_storage/a' }, { storage: 'file_storage/a' }],
  ];
  it.each(cases)('%s', (_name, sending_queue, expected) => {
    const { config, errors } = decodePlain(exporter, { sending_queue });
    expect(errors).toEqual([]);
    expect(config).toMatchObject({ sending_queue: expected });
  });
  it('off', () => {
    const { config } = decodePlain(exporter, { sending_queue: { enabled: false } });
    expect(config).toHaveProperty('sending_queue', undefined);
  });
  it('names the storage, but not the word memory', () => {
    const names = (storage: string) =>
      decodePlain(exporter, { sending_queue: { storage } }).references.map(({ id }) => id);
    expect(names('file_storage')).toEqual(['file_storage']);
    expect(names('memory')).toEqual([]);
  });
});

describe('refused', () => {
  const cases: ReadonlyArray<readonly [object, string]> = [
    [
      { sending_queue: { num_consumers: 0 } },
      'sending_queue::num_consumers: 0 is not possible here; write 1 or more',
    ],
    [
      { sending_queue: { queue_size: 0 } },
      'sending_queue::queue_size: 0 is not possible here; write 1 or more',
    ],
    [
      { sending_queue: { batch: { sizer: 'requests' } } },
      'sending_queue::batch::sizer: "requests" is not one of the words for this field; write one of items, bytes',
    ],
    [
      { sending_queue: { batch: { max_size: 10 } } },
      'sending_queue::batch::max_size: is smaller than min_size; write 0 or at least 8192',
    ],
    [
      { sending_queue: { sizer: 'items', queue_size: 1000, batch: {} } },
      'sending_queue::queue_size: a batch of at least 8192 never fits into a queue of 1000; write a queue_size of 8192 or more',
    ],
    [
      { sending_queue: { wait_for_result: true, storage: 'file_storage' } },
      'sending_queue::wait_for_result: does not go with storage; remove one of them',
    ],
    [
      { retry_on_failure: { multiplier: -1 } },
      'retry_on_failure::multiplier: -1 is not possible here; write 0 or more',
    ],
    [
      { retry_on_failure: { randomization_factor: 1.5 } },
      'retry_on_failure::randomization_factor: 1.5 is not possible here; write 0 to 1',
    ],
    [
      { retry_on_failure: { max_elapsed_time: '10s' } },
      'retry_on_failure::max_elapsed_time: is shorter than max_interval (30s); write 0 or at least 30s',
    ],
  ];
  it.each(cases)('%o', (value, expected) => {
    const { errors } = decodePlain(exporter, value);
    expect(
      errors.map(({ path, message, suggestion }) => `${path}: ${message}; ${suggestion}`),
    ).toEqual([expected]);
  });
});
