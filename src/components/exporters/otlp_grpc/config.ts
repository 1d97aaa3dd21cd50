// Configuration of the otlp_grpc exporter. Upstream's otlpexporter
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/otlpexporter).

import { type ConfigOf, duration } from '../../../config/schema.ts';
import { grpcClient } from '../../../net/config/grpc-client.ts';
import { retryOnFailure } from '../../../pipeline/config/retry.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

export const otlpGrpcConfig = grpcClient({ compression: 'gzip' }).extend({
  timeout: duration({ default: '5s', min: '0s', text: 'Of one attempt. 0: none.' }),
  sending_queue: sendingQueue(),
  retry_on_failure: retryOnFailure(),
});

export type OtlpGrpcConfig = ConfigOf<typeof otlpGrpcConfig>;
