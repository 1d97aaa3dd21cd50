// pprof: profiles of this process, in the format and at the paths of Go's.

import { defineExtension } from '../../../pipeline/component.ts';
import { pprofConfig } from './config.ts';
import { Pprof } from './pprof.ts';

export const pprof = defineExtension({
  type: 'pprof',
  stability: 'beta',
  config: pprofConfig,
  create: (config, settings) => new Pprof(config, settings),
});
