// Configuration of zpages. Upstream's zpagesextension
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/extension/zpagesextension).

import { boolean, type ConfigOf, object } from '../../../config/schema.ts';
import { httpServer } from '../../../net/config/http-server.ts';

export const zpagesConfig = httpServer({ endpoint: 'localhost:55679' }).extend({
  expvar: object(
    { enabled: boolean({ default: false, text: 'Serve /debug/expvarz.' }) },
    { text: 'Numbers of the process as JSON.' },
  ),
});

export type ZpagesConfig = ConfigOf<typeof zpagesConfig>;
