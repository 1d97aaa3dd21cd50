// TLS of a server, from the Collector's `tls` block.

import { readFile } from 'node:fs/promises';
import type { SecureVersion, Server, TlsOptions } from 'node:tls';
import { AppError } from '../base/app-error.ts';

/** Fields of the Collector's configuration; `_pem` wins over `_file`. */
export interface TlsServerConfig {
  readonly cert_file?: string | undefined;
  readonly cert_pem?: string | undefined;
  readonly key_file?: string | undefined;
  readonly key_pem?: string | undefined;
  /** Given: clients must show a certificate of this authority. */
  readonly client_ca_file?: string | undefined;
  /** Ms: the files are read again so often; undefined: never. */
  readonly reload_interval?: number | undefined;
  /** Read `client_ca_file` again too, every so often where no interval says. */
  readonly client_ca_file_reload?: boolean | undefined;
  readonly min_version?: keyof typeof TLS_VERSIONS | undefined;
  readonly max_version?: keyof typeof TLS_VERSIONS | undefined;
}

export const TLS_VERSIONS = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
} as const satisfies Readonly<Record<string, SecureVersion>>;

/** A client that does not finish the handshake holds a connection. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** @throws AppError `NET_TLS_FILE` naming the file that cannot be read. */
export async function tlsOptions(config: TlsServerConfig): Promise<TlsOptions> {
  const [cert, key, ca] = await Promise.all([
    pemOf(config.cert_pem, config.cert_file, 'cert_file'),
    pemOf(config.key_pem, config.key_file, 'key_file'),
    config.client_ca_file === undefined
      ? undefined
      : pemOf(undefined, config.client_ca_file, 'client_ca_file'),
  ]);
  const minVersion = TLS_VERSIONS[config.min_version ?? '1.2'];
  return {
    cert,
    key,
    minVersion,
    ...(config.max_version === undefined ? {} : { maxVersion: TLS_VERSIONS[config.max_version] }),
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
  };
}

/** Where nothing else says. */
const CLIENT_CA_RELOAD_MS = 10_000;

/** Reads certificate, key and authorities again as the configuration wants; connections go on. @returns ends it. */
export function reloadTls(server: Server, config: TlsServerConfig): (() => void) | undefined {
  const fallback = config.client_ca_file_reload === true ? CLIENT_CA_RELOAD_MS : 0;
  const everyMs = config.reload_interval || fallback;
  if (everyMs === 0) return undefined;
  const timer = setInterval(() => {
    // A file that is being replaced is read whole the next time; until then the one before holds.
    tlsOptions(config).then(
      (options) => server.setSecureContext(options),
      () => undefined,
    );
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function pemOf(
  pem: string | undefined,
  path: string | undefined,
  field: string,
): Promise<string> {
  if (pem !== undefined) return pem;
  if (path === undefined) {
    throw new AppError('NET_TLS_FILE', {
      message: `tls: ${field} is missing. A server needs both cert_file and key_file.`,
    });
  }
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('NET_TLS_FILE', {
      message: `tls: ${field} ${path} cannot be read (${reason}).`,
      cause,
    });
  }
}
