// Configuration of the attributes processor: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/attributesprocessor

import { type ConfigOf, object, optional } from '../../../config/schema.ts';
import { attributeActions } from '../../../pipeline/attributes/action-config.ts';
import { matchProperties } from '../../../pipeline/attributes/match-config.ts';

export const attributesConfig = object({
  include: optional(matchProperties, { text: 'Act on what matches only.' }),
  exclude: optional(matchProperties, {
    text: 'Leave alone what matches, of that which is included.',
  }),
  actions: attributeActions('What to do with the attributes, in this order.'),
});

export type AttributesConfig = ConfigOf<typeof attributesConfig>;
