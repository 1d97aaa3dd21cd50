// Every component there is. One line a component; its folder has everything else.

import { forward } from '../components/connectors/forward/factory.ts';
import { nopExporter } from '../components/exporters/nop/factory.ts';
import { otlpReceiver } from '../components/receivers/otlp/factory.ts';
import { storeExporter } from '../components/exporters/store/factory.ts';
import { nopReceiver } from '../components/receivers/nop/factory.ts';
import type { AnyDefinition } from '../pipeline/component.ts';

export const COMPONENTS: readonly AnyDefinition[] = [
  // receivers
  nopReceiver,
  otlpReceiver,
  // processors
  // connectors
  forward,
  // exporters
  nopExporter,
  storeExporter,
  // extensions
];
