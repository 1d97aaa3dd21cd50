// Configuration of health_check. Upstream's healthcheckextension
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/healthcheckextension).

import {
  boolean,
  type ConfigOf,
  duration,
  integer,
  object,
  optional,
  string,
} from '../../../config/schema.ts';
import { httpServer } from '../../../net/config/http-server.ts';

export const healthCheckConfig = httpServer({ endpoint: 'localhost:13133' }).extend({
  path: string({
    default: '/',
    text: 'Path that is answered.',
    check: (path) => (path.startsWith('/') ? undefined : ['must begin with /', `write /${path}`]),
  }),
  response_body: optional(
    object({
      healthy: string({ default: '', text: 'Body with 200.' }),
      unhealthy: string({ default: '', text: 'Body with 503.' }),
    }),
    { text: 'Fixed bodies instead of the status as JSON.' },
  ),
  check_collector_pipeline: object(
    {
      enabled: boolean({
        default: false,
        text: 'Unhealthy also while an exporter fails, by the two fields below.',
      }),
      interval: duration({ default: '5m', min: '1ns', text: 'Failures within this time count.' }),
      exporter_failure_threshold: integer({
        default: 5,
        min: 1,
        text: 'This many failed attempts of one exporter without a success.',
      }),
    },
    { text: 'Exporters decide too.' },
  ),
});

export type HealthCheckConfig = ConfigOf<typeof healthCheckConfig>;
