// Configuration of the loki receiver. Upstream's lokireceiver
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/lokireceiver).

import { boolean, type ConfigOf, object, optional } from '../../../config/schema.ts';
import { grpcServer } from '../../../net/config/grpc-server.ts';
import { httpServer } from '../../../net/config/http-server.ts';

export const lokiReceiverConfig = object({
  protocols: object(
    {
      grpc: optional(grpcServer('localhost:3600'), { initial: 'default' }),
      http: optional(httpServer({ endpoint: 'localhost:3500' }), { initial: 'default' }),
    },
    { text: 'A protocol is served where its key is there.' },
  ),
  use_incoming_timestamp: boolean({
    default: false,
    text: 'The time of a record is that of the entry, instead of when it arrived.',
  }),
}).check(({ protocols }, report) => {
  if (protocols.grpc === undefined && protocols.http === undefined) {
    report.at('protocols', 'must have at least one protocol', 'write http: or grpc: under it');
  }
});

export type LokiReceiverConfig = ConfigOf<typeof lokiReceiverConfig>;
