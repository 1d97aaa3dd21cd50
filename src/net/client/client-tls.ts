// TLS of a client, from the Collector's `tls` block: whom it trusts, and its own certificate, read again when it is due.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import { AppError } from '../../base/app-error.ts';
import type { TlsClient } from '../config/tls.ts';
import { TLS_VERSIONS } from '../tls.ts';
import { cipherName, curveName } from './tls-names.ts';

export interface ClientTlsOptions {
  readonly config: TlsClient;
  /** Ms that never go back. */
  readonly monotonic: () => number;
  /** A file could not be read again; the certificates before stay in use. */
  readonly onReloadError: (error: unknown) => void;
}

export class ClientTls {
  readonly #options: ClientTlsOptions;
  #context: SecureContext | undefined;
  #loadedAtMs = 0;

  constructor(options: ClientTlsOptions) {
    this.#options = options;
  }

  /** @throws AppError `NET_TLS_FILE`, `NET_TLS_CONFIG` */
  async load(): Promise<void> {
    this.#context = await contextOf(this.#options.config);
    this.#loadedAtMs = this.#options.monotonic();
  }

  /** What a connection to `host` is made with. */
  async connectionOptions(host: string): Promise<ConnectionOptions> {
    const { config, monotonic, onReloadError } = this.#options;
    const intervalMs = config.reload_interval ?? 0;
    const isDue = intervalMs > 0 && monotonic() - this.#loadedAtMs >= intervalMs;
    if (this.#context === undefined) await this.load();
    else if (isDue) {
      this.#loadedAtMs = monotonic();
      await this.load().catch(onReloadError);
    }
    const name = config.server_name_override ?? '';
    const servername = name === '' ? host : name;
    return {
      ...(this.#context === undefined ? {} : { secureContext: this.#context }),
      host: servername, // what the certificate is compared with
      ...(isIP(servername) === 0 ? { servername } : {}), // RFC 6066 has no addresses in server names
      rejectUnauthorized: !config.insecure_skip_verify,
    };
  }
}

async function contextOf(config: TlsClient): Promise<SecureContext> {
  const [ca, cert, key] = await Promise.all([
    pemOf(config.ca_pem, config.ca_file, 'ca_file'),
    pemOf(config.cert_pem, config.cert_file, 'cert_file'),
    pemOf(config.key_pem, config.key_file, 'key_file'),
  ]);
  try {
    if (ca !== undefined) new X509Certificate(ca); // Node takes anything, and then trusts nobody
    return createSecureContext({
      ca: authorities(ca, config.include_system_ca_certs_pool),
      minVersion: TLS_VERSIONS[config.min_version],
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(config.max_version === undefined ? {} : { maxVersion: TLS_VERSIONS[config.max_version] }),
      ...(config.cipher_suites.length === 0
        ? {}
        : { ciphers: config.cipher_suites.map(cipherName).join(':') }),
      ...(config.curve_preferences.length === 0
        ? {}
        : { ecdhCurve: config.curve_preferences.map(curveName).join(':') }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('NET_TLS_CONFIG', {
      message: `tls: authorities, certificate, key, cipher suites or curves cannot be used (${reason}). Correct them; a key must belong to its certificate.`,
      cause,
    });
  }
}

/** Those of the system, as upstream, and those that Node brings along: images without any are common. */
function authorities(given: string | undefined, system: boolean): string[] {
  if (given !== undefined && !system) return [given];
  const all = [...getCACertificates('default'), ...getCACertificates('system')];
  return given === undefined ? all : [...all, given];
}

async function pemOf(
  pem: string | undefined,
  path: string | undefined,
  field: string,
): Promise<string | undefined> {
  if (pem !== undefined && pem !== '') return pem;
  if (path === undefined || path === '') return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('NET_TLS_FILE', {
      message: `tls: ${field} ${path} cannot be read (${reason}). Correct the path, or its permissions.`,
      cause,
    });
  }
}
