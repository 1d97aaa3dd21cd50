// What `throughline collect` can be told beside its configuration: flags of upstream's collector are in
// src/cli/collector-config.ts, these are ours.

import { boolean, bytes, choice, duration, string } from '../../config/settings/declare.ts';

const GROUP = 'Collecting';
const GIB = 2 ** 30;

export const collectSettings = {
  data: string({
    group: GROUP,
    placeholder: 'DIR',
    default: './throughline-collect-data',
    text: 'Log, queues and checkpoints. What is in it when the program ends is delivered after the next start.',
  }),
  watch: boolean({
    group: GROUP,
    default: false,
    text: 'Take over changes of the configuration files as they are made.',
  }),
  fsync: choice({
    group: GROUP,
    of: ['interval', 'always', 'off'],
    default: 'interval',
    text: 'When the log is forced to disk: every second, before each answer, or when the system likes.',
  }),
  maxLog: bytes({
    group: GROUP,
    default: 2 * GIB,
    text: 'How far pipelines may fall behind receiving before senders are told to wait.',
  }),
  maxQueue: bytes({
    group: GROUP,
    default: GIB,
    text: 'What waits on disk for one exporter; beyond it on_full says what happens.',
  }),
  drainTimeout: duration({
    group: GROUP,
    default: 10_000,
    text: 'Time to deliver what is under way when stopping; the rest is kept.',
  }),
};
