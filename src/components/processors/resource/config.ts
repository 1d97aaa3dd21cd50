// Configuration of the resource processor: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourceprocessor

import { type ConfigOf, object } from '../../../config/schema.ts';
import { attributeActions } from '../../../pipeline/attributes/action-config.ts';

export const resourceConfig = object({
  attributes: attributeActions('What to do with the attributes of resources, in this order.'),
});

export type ResourceConfig = ConfigOf<typeof resourceConfig>;
