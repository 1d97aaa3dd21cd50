// What every gRPC server can be told. Upstream's configgrpc
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configgrpc).

import {
  boolean,
  duration,
  enumeration,
  integer,
  object,
  optional,
  string,
  type ConfigOf,
} from '../../config/schema.ts';
import { auth, middlewares, unusedBuffer } from './common.ts';
import { checkListenAddress } from './endpoint.ts';
import { tlsServer } from './tls.ts';

const keepalive = object(
  {
    server_parameters: optional(
      object({
        max_connection_idle: duration({
          text: 'Close a connection without requests after this time.',
        }),
        max_connection_age: duration({
          text: 'Ask clients to connect anew after this time, so that load spreads.',
        }),
        max_connection_age_grace: duration({ text: 'Time for requests under way then.' }),
        time: duration({ default: '2h', text: 'Ping a silent client after this time.' }),
        timeout: duration({
          default: '20s',
          text: 'Close when a ping is not answered in this time.',
        }),
      }),
      { text: 'What the server does by itself.' },
    ),
    enforcement_policy: optional(
      object({
        min_time: duration({ default: '5m', text: 'Clients may ping this often, not more.' }),
        permit_without_stream: boolean({
          default: false,
          text: 'Clients may ping without a request under way.',
        }),
      }),
      { text: 'What clients may do.' },
    ),
  },
  { text: 'Pings and the age of connections.' },
);

/** @param endpoint the default. */
export const grpcServer = (endpoint: string) =>
  object(
    {
      endpoint: string({
        default: endpoint,
        text: 'Address to listen on. Port 0: a free one. With transport unix: a path.',
      }),
      transport: enumeration(['tcp', 'tcp4', 'tcp6', 'unix'], {
        default: 'tcp',
        text: 'Kind of the endpoint.',
      }),
      tls: optional(tlsServer),
      max_recv_msg_size_mib: integer({
        min: 0,
        unit: 'MiB',
        text: 'Largest request, before and after unpacking. Not written: 64 (upstream 4).',
      }),
      max_concurrent_streams: integer({ min: 0, text: 'Requests at once on one connection.' }),
      read_buffer_size: unusedBuffer('Read buffer of a connection'),
      write_buffer_size: unusedBuffer('Write buffer of a connection'),
      keepalive: optional(keepalive),
      auth,
      include_metadata: boolean({
        default: false,
        text: 'Keep request headers for components behind. Those that a component names are kept in any case.',
      }),
      middlewares,
    },
    { text: 'A server for gRPC.' },
  ).check((config, report) => {
    const fault = config.transport === 'unix' ? undefined : checkListenAddress(config.endpoint);
    if (fault !== undefined) report.at('endpoint', fault);
  });

export type GrpcServer = ConfigOf<ReturnType<typeof grpcServer>>;
