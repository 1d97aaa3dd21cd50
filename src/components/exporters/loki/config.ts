// Configuration of the loki exporter, as upstream's lokiexporter had it
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.130.0/exporter/lokiexporter).

import { boolean, type ConfigOf, object, string } from '../../../config/schema.ts';
import { checkUrl } from '../../../net/config/endpoint.ts';
import { httpClient } from '../../../net/config/http-client.ts';
import { retryOnFailure } from '../../../pipeline/config/retry.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

const label = (text: string) => boolean({ default: true, text });

export const lokiConfig = httpClient({ compression: '', timeout: '30s' }).extend({
  endpoint: string({
    required: true,
    check: checkUrl,
    text: 'URL to push to, with its path: http://loki:3100/loki/api/v1/push.',
  }),
  default_labels_enabled: object(
    {
      exporter: label('exporter="OTLP".'),
      job: label('job: service.namespace/service.name, or service.name alone.'),
      instance: label('instance: service.instance.id.'),
      level: label('level: the severity, where the record has no attribute of that name.'),
    },
    { text: 'Labels that streams get without a hint.' },
  ),
  sending_queue: sendingQueue(),
  retry_on_failure: retryOnFailure(),
});

export type LokiConfig = ConfigOf<typeof lokiConfig>;
export type DefaultLabels = LokiConfig['default_labels_enabled'];
