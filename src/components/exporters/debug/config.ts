// Configuration of the debug exporter. Upstream's debugexporter
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/debugexporter).

import {
  boolean,
  type ConfigOf,
  enumeration,
  integer,
  list,
  object,
  string,
} from '../../../config/schema.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

export const debugConfig = object({
  verbosity: enumeration(['basic', 'normal', 'detailed'], {
    default: 'basic',
    ignoreCase: true,
    text: 'basic: one line a batch. normal: about one line an item. detailed: everything.',
  }),
  sampling_initial: integer({
    default: 2,
    text: 'Messages of the same text written in each second.',
  }),
  sampling_thereafter: integer({
    default: 1,
    text: 'After these, one in so many. 1: all. 0: none.',
  }),
  use_internal_logger: boolean({
    default: true,
    text: 'Into the program’s own log. false: to output_paths.',
  }),
  output_paths: list(string(), {
    default: ['stdout'],
    text: 'Where to write without the internal logger: stdout, stderr, or files.',
  }),
  sending_queue: sendingQueue('default'),
}).check((config, report) => {
  if (report.has('output_paths') && config.use_internal_logger) {
    report.at(
      'output_paths',
      'is only for output without the internal logger',
      'add use_internal_logger: false, or remove it',
    );
  }
  if (config.output_paths.some((path) => path === '')) {
    report.at('output_paths', 'has an empty path', 'write stdout, stderr or a file');
  }
});

export type DebugConfig = ConfigOf<typeof debugConfig>;
