// Configuration of file_storage. Upstream's filestorage
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/storage/filestorage).

import {
  boolean,
  type ConfigOf,
  duration,
  integer,
  object,
  string,
} from '../../../config/schema.ts';

const PERMISSIONS = /^0?[0-7]{3}$/;

const compaction = object(
  {
    on_start: boolean({ default: false, text: 'Accepted, without effect.' }),
    on_rebound: boolean({ default: false, text: 'Accepted, without effect.' }),
    directory: string({ text: 'Accepted, without effect.' }),
    rebound_needed_threshold_mib: integer({ default: 100, min: 0, text: 'Without effect.' }),
    rebound_trigger_threshold_mib: integer({ default: 10, min: 0, text: 'Without effect.' }),
    max_transaction_size: integer({ default: 65_536, min: 0, text: 'Without effect.' }),
    check_interval: duration({ default: '5s', min: '0s', text: 'Without effect.' }),
    cleanup_on_start: boolean({ default: false, text: 'Accepted, without effect.' }),
  },
  {
    text: 'Without effect: queues are segments, which are removed as soon as they are done with.',
  },
);

export const fileStorageConfig = object({
  directory: string({
    default: '/var/lib/otelcol/file_storage',
    text: 'Folder for queues and checkpoints, one below it for each component.',
    check: (path) => (path === '' ? ['must not be empty', 'write a path'] : undefined),
  }),
  create_directory: boolean({ default: false, text: 'Make the folder where it is missing.' }),
  directory_permissions: string({
    default: '0750',
    text: 'Permissions of a folder that is made, octal.',
    check: (text) =>
      PERMISSIONS.test(text) ? undefined : ['is not three octal digits', 'write "0750"'],
  }),
  timeout: duration({
    default: '1s',
    min: '0s',
    text: 'Accepted, without effect: one process owns the data directory, and with it the queues.',
  }),
  fsync: boolean({
    default: false,
    text: 'Accepted, without effect: --fsync says how often, for the log and all queues.',
  }),
  max_size: integer({
    default: 0,
    min: 0,
    unit: 'bytes',
    text: 'Accepted, without effect: --max-queue limits each queue.',
  }),
  recreate: boolean({
    default: false,
    text: 'Accepted, without effect: damaged segments are set aside by themselves.',
  }),
  compaction,
});

export type FileStorageConfig = ConfigOf<typeof fileStorageConfig>;
