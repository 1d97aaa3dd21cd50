// The otlp_grpc exporter: batches go out as OTLP over gRPC, their bytes as they are.

import { GrpcClient } from '../../../net/client/grpc-client.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { credentialsOf } from '../../../pipeline/credentials.ts';
import { EXPORT_METHOD, grpcOutcome } from '../../../pipeline/outcome/grpc-outcome.ts';
import { otlpGrpcConfig } from './config.ts';

export const otlpGrpcExporter = defineExporter({
  type: 'otlp_grpc',
  deprecatedTypes: ['otlp'],
  stability: { traces: 'stable', metrics: 'stable', logs: 'stable' },
  config: otlpGrpcConfig,
  delivery: (config) => config,
  create: (config, settings) => {
    const { logger, signal, clock } = settings;
    const client = new GrpcClient({
      config,
      credentials: credentialsOf(settings, config.auth?.authenticator),
      warn: (message) => logger.warn(message, { exporter: settings.id }),
      monotonic: () => clock.monotonic(),
    });
    return {
      start: () => client.start(),
      stop: () => client.close(),
      send: async ({ parts }, abort) => {
        const path = EXPORT_METHOD[signal];
        const timeoutMs = config.timeout;
        const answer = await client.call({ path, parts, timeoutMs, signal: abort });
        return grpcOutcome(answer, config.endpoint);
      },
    };
  },
});
