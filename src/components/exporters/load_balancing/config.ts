// Configuration of the load_balancing exporter. Upstream's loadbalancingexporter
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/loadbalancingexporter).

import {
  any,
  type ConfigOf,
  duration,
  enumeration,
  list,
  object,
  optional,
  string,
} from '../../../config/schema.ts';
import { grpcClient } from '../../../net/config/grpc-client.ts';
import { retryOnFailure } from '../../../pipeline/config/retry.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

const otlp = object(
  {
    ...grpcClient({ compression: 'gzip' }).fields,
    endpoint: string({
      default: '',
      text: 'Without effect: the backends are those of the resolver.',
    }),
    timeout: duration({
      default: '5s',
      min: '0s',
      text: 'Of one attempt, where the exporter itself has none.',
    }),
    sending_queue: sendingQueue(),
    retry_on_failure: retryOnFailure(),
  },
  { text: 'As of the exporter otlp_grpc, without the endpoint.' },
).check((config, report) => {
  if (config.endpoint !== '') {
    report.warn('endpoint', 'has no effect: the backends are those of the resolver', 'remove it');
  }
});

const resolver = object(
  {
    static: optional(
      object({
        hostnames: list(string(), { text: 'Backends: host:port; without a port, 4317.' }),
      }).check((config, report) => {
        if (config.hostnames.length === 0) {
          report.at('hostnames', 'has no backend', 'write hostnames: [backend-1:4317]');
        }
      }),
      { text: 'Backends that are known.' },
    ),
    dns: optional(
      object({
        hostname: string({ required: true, text: 'Name whose addresses are the backends.' }),
        port: string({
          default: '4317',
          check: (port) =>
            /^\d{1,5}$/.test(port) ? undefined : ['is no port', 'write it as "4317"'],
          text: 'Their port.',
        }),
        interval: duration({
          default: '5s',
          min: '0s',
          text: 'Look the name up again after this time.',
        }),
        timeout: duration({ default: '1s', min: '0s', text: 'Of one look-up.' }),
      }),
      { text: 'Backends behind a name.' },
    ),
    k8s: any({ text: 'Not there yet: use dns with the name of a headless service.' }),
    aws_cloud_map: any({ text: 'Not there yet: use dns with the name that Cloud Map publishes.' }),
  },
  { text: 'Where the backends come from; one of them.' },
).check((config, report) => {
  if (config.k8s !== undefined) {
    report.at('k8s', 'is not there yet', 'use dns with the name of a headless service');
  }
  if (config.aws_cloud_map !== undefined) {
    report.at(
      'aws_cloud_map',
      'is not there yet',
      'use dns with the name that Cloud Map publishes',
    );
  }
  const given = [config.static, config.dns, config.k8s, config.aws_cloud_map].filter(
    (one) => one !== undefined,
  );
  if (given.length === 0)
    report.at('', 'has no backends', 'write static: {hostnames: […]} or dns: {hostname: …}');
  if (given.length > 1) report.at('', 'has more than one source of backends', 'keep one of them');
});

const ROUTING_KEYS = [
  'traceID',
  'service',
  'resource',
  'metric',
  'streamID',
  'attributes',
  '',
] as const;
export type RoutingKey = Exclude<(typeof ROUTING_KEYS)[number], ''>;

export const loadBalancingConfig = object({
  routing_key: enumeration(ROUTING_KEYS, {
    default: '',
    text: 'What goes to the same backend. Not written: traceID for traces, service for logs and metrics.',
  }),
  routing_attributes: list(string(), {
    text: 'For routing_key attributes: attributes of resource, scope or item, first found; also span.name, span.kind, log.severity, log.body.',
  }),
  protocol: object({ otlp }, { text: 'How the backends are spoken to.' }),
  resolver,
  timeout: duration({
    default: '0s',
    min: '0s',
    text: 'Of one attempt. 0: that of protocol.otlp.',
  }),
  retry_on_failure: retryOnFailure({ enabled: false }),
  sending_queue: sendingQueue('default'),
}).check((config, report) => {
  if (config.routing_key === 'attributes' && config.routing_attributes.length === 0) {
    report.at('routing_attributes', 'is empty', 'write routing_attributes: [tenant]');
  }
});

export type LoadBalancingConfig = ConfigOf<typeof loadBalancingConfig>;
