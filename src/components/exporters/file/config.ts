// Configuration of the file exporter. Upstream's fileexporter
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/fileexporter).

import {
  boolean,
  type ConfigOf,
  duration,
  enumeration,
  integer,
  object,
  optional,
  string,
} from '../../../config/schema.ts';

const rotation = object(
  {
    max_megabytes: integer({
      default: 100,
      min: 0,
      unit: 'MiB',
      text: 'Begin a new file above this size. 0: 100.',
    }),
    max_days: integer({
      default: 0,
      min: 0,
      unit: 'days',
      text: 'Remove former files after this time. 0: never.',
    }),
    max_backups: integer({ default: 100, min: 0, text: 'Former files kept. 0: all.' }),
    localtime: boolean({ default: false, text: 'Local time in their names, instead of UTC.' }),
  },
  {
    text: 'Begin new files, and keep former ones under names with their time. Not written: one file.',
  },
);

const groupBy = object(
  {
    enabled: boolean({ default: false, text: 'Write a file for each value.' }),
    resource_attribute: string({
      default: 'fileexporter.path_segment',
      text: 'Resource attribute that stands in place of the * in path. What has none is dropped.',
    }),
    max_open_files: integer({ default: 100, min: 1, text: 'Files held open at once.' }),
  },
  { text: 'Files by a resource attribute.' },
);

const PERMISSION_BITS = 0o777;

export const fileConfig = object({
  path: string({
    required: true,
    text: 'File to write. With group_by, a * in it stands for the value.',
    check: (path) => (path === '' ? ['must not be empty', 'write a path'] : undefined),
  }),
  append: boolean({
    default: false,
    text: 'Write at the end of a file that is there, instead of emptying it.',
  }),
  rotation: optional(rotation, { initial: 'default' }),
  format: enumeration(['json', 'proto'], {
    default: 'json',
    text: 'json: a line of OTLP/JSON a batch. proto: OTLP, each batch after its length in 4 bytes.',
  }),
  encoding: string({
    text: 'Encoding extension.',
    check: (id) => [
      `${id} is an encoding extension, which are not there yet`,
      'remove it; format says what is written',
    ],
  }),
  compression: enumeration(['zstd', ''], {
    default: '',
    text: 'Of each batch; then each stands after its length.',
  }),
  compression_params: object(
    { level: integer({ default: 0, text: 'As zstd counts. 0: its default.' }) },
    { text: 'Of the compression.' },
  ),
  flush_interval: duration({
    default: '1s',
    min: '0s',
    text: 'Accepted, without effect: nothing waits in memory, each batch is written before it counts as delivered.',
  }),
  group_by: groupBy,
  create_directory: boolean({ default: false, text: 'Make the folder where it is missing.' }),
  directory_permissions: string({
    text: 'Of folders that are made, octal. Not written: 0755.',
    check: (mode) =>
      /^[0-7]{1,6}$/.test(mode) && Number.parseInt(mode, 8) <= PERMISSION_BITS
        ? undefined
        : ['is no octal mode', 'write it as "0755"'],
  }),
}).check((config, report) => {
  const { append, compression, rotation: rotates, group_by: group, path } = config;
  if (append && compression !== '') {
    report.at('append', 'does not go with compression', 'remove one of them');
  }
  if (append && rotates !== undefined) {
    report.at('append', 'does not go with rotation', 'remove one of them');
  }
  if (config.directory_permissions !== undefined && !config.create_directory) {
    report.at('directory_permissions', 'is for create_directory', 'add create_directory: true');
  }
  if (!group.enabled) return;
  if (rotates !== undefined) {
    report.warn('rotation', 'has no effect with group_by', 'remove one of them');
  }
  const parts = path.split('*');
  if (parts.length !== 2) {
    report.at('path', 'must have exactly one * with group_by', 'write it as /data/*.json');
  } else if (parts[0] === '') {
    report.at('path', 'must not begin with the *', 'write a folder before it: /data/*.json');
  }
  if (group.resource_attribute === '') {
    report.at('group_by.resource_attribute', 'must not be empty', 'remove it for the default');
  }
});

export type FileConfig = ConfigOf<typeof fileConfig>;
