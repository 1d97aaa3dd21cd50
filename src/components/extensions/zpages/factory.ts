// zpages: the running graph as plain pages.

import { defineExtension } from '../../../pipeline/component.ts';
import { zpagesConfig } from './config.ts';
import { Zpages } from './zpages.ts';

export const zpages = defineExtension({
  type: 'zpages',
  stability: 'beta',
  config: zpagesConfig,
  create: (config, settings) => new Zpages(config, settings),
});
