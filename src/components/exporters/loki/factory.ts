// The loki exporter: log records as streams of lines, pushed to Loki in protobuf with snappy.

import { HttpClient } from '../../../net/client/http-client.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { credentialsOf } from '../../../pipeline/credentials.ts';
import { lokiConfig } from './config.ts';
import { LokiExporter } from './loki-exporter.ts';

export const lokiExporter = defineExporter({
  type: 'loki',
  stability: { logs: 'beta' },
  config: lokiConfig,
  delivery: (config) => config,
  create: (config, settings) => {
    const { id, logger, clock } = settings;
    const client = new HttpClient({
      config,
      credentials: credentialsOf(settings, config.auth?.authenticator),
      warn: (message) => logger.warn(message, { exporter: id }),
      monotonic: () => clock.monotonic(),
      now: () => clock.now(),
    });
    return new LokiExporter(config, client, () => clock.now());
  },
});
