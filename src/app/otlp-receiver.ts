// The built-in OTLP receiver, from the program's settings.

import { startOtlpReceiver, type RunningReceiver } from '../components/receivers/otlp/receiver.ts';
import { AppError } from '../base/app-error.ts';
import { LOCAL_ORIGINS } from '../net/cors.ts';
import type { TlsServerConfig } from '../net/tls.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ServerSettings } from './settings.ts';
import type { Storage } from './storage.ts';

const MIB = 2 ** 20;

export function startReceiver(
  settings: ServerSettings,
  hosts: readonly string[],
  storage: Storage,
  logger: Logger,
): Promise<RunningReceiver> {
  const tls = tlsOf(settings);
  const maxBody = settings.maxBody ?? 64 * MIB;
  return startOtlpReceiver(
    {
      protocols: {
        grpc: {
          endpoint: `localhost:${settings.otlpGrpcPort}`,
          tls,
          max_recv_msg_size_mib: maxBody / MIB,
        },
        http: {
          endpoint: `localhost:${settings.otlpHttpPort}`,
          tls,
          cors: { allowed_origins: [...LOCAL_ORIGINS, ...settings.corsOrigin] },
          max_request_body_size: maxBody,
        },
      },
    },
    {
      id: 'otlp',
      log: storage.log,
      logger,
      hosts,
      token: settings.ingestToken,
      flags: { grpc: '--otlp-grpc-port', http: '--otlp-http-port' },
    },
  );
}

function tlsOf({ tlsCert, tlsKey }: ServerSettings): TlsServerConfig | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new AppError('TLS_HALF_GIVEN', { message: 'TLS needs both --tls-cert and --tls-key' });
  }
  return { cert_file: tlsCert, key_file: tlsKey };
}
