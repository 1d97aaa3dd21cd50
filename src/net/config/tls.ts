// The `tls` blocks of servers and clients. Upstream's configtls
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configtls).

import {
  boolean,
  duration,
  enumeration,
  list,
  object,
  secret,
  string,
  type ConfigOf,
  type Report,
} from '../../config/schema.ts';

const VERSIONS = ['1.0', '1.1', '1.2', '1.3'] as const;

const commonFields = {
  ca_file: string({
    text: 'Authorities that the other side’s certificate is checked against, PEM.',
  }),
  ca_pem: secret({ text: 'The same as text.' }),
  cert_file: string({ text: 'Own certificate, PEM.' }),
  cert_pem: secret({ text: 'The same as text.' }),
  key_file: string({ text: 'Key of the own certificate, PEM.' }),
  key_pem: secret({ text: 'The same as text.' }),
  include_system_ca_certs_pool: boolean({
    default: false,
    text: 'The system’s authorities too, beside those of ca_file.',
  }),
  min_version: enumeration(VERSIONS, { default: '1.2', text: 'Lowest TLS version taken.' }),
  max_version: enumeration(VERSIONS, { text: 'Highest TLS version taken.' }),
  cipher_suites: list(string(), {
    text: 'Names as Go has them, for TLS 1.2. Empty: a safe choice.',
  }),
  curve_preferences: list(enumeration(['X25519', 'P521', 'P256', 'P384', 'X25519MLKEM768']), {
    text: 'Curves of the key exchange, best first. Empty: a safe choice.',
  }),
  reload_interval: duration({
    min: '0s',
    text: 'Read certificate and key again after this time. Not written: never.',
  }),
};

interface Pair {
  readonly cert_file: string | undefined;
  readonly cert_pem: string | undefined;
  readonly key_file: string | undefined;
  readonly key_pem: string | undefined;
  readonly ca_file: string | undefined;
  readonly ca_pem: string | undefined;
  readonly min_version: string;
  readonly max_version: string | undefined;
}

const given = (text: string | undefined): boolean => text !== undefined && text !== '';

function checkCommon(config: Pair, report: Report): void {
  for (const what of ['ca', 'cert', 'key'] as const) {
    if (given(config[`${what}_file`]) && given(config[`${what}_pem`])) {
      report.at(`${what}_pem`, `is given twice`, `keep ${what}_file or ${what}_pem`);
    }
  }
  const hasCertificate = given(config.cert_file) || given(config.cert_pem);
  const hasKey = given(config.key_file) || given(config.key_pem);
  if (hasCertificate !== hasKey) {
    const [there, missing] = hasCertificate ? ['certificate', 'key_file'] : ['key', 'cert_file'];
    report.at('', `has a ${there} only; certificate and key go together`, `add ${missing}`);
  }
  if (config.max_version !== undefined && config.max_version < config.min_version) {
    report.at('max_version', 'is below min_version', `write ${config.min_version} or more`);
  }
}

export const tlsServer = object(
  {
    ...commonFields,
    client_ca_file: string({
      text: 'Given: clients must show a certificate of one of these authorities.',
    }),
    client_ca_file_reload: boolean({
      default: false,
      text: 'Read client_ca_file again when it changes.',
    }),
  },
  { text: 'Encryption. Not written: none.' },
)
  .check(checkCommon)
  .check((config, report) => {
    if (!given(config.cert_file) && !given(config.cert_pem)) {
      report.at('', 'a server needs a certificate and its key', 'add cert_file and key_file');
    }
  });

export type TlsServer = ConfigOf<typeof tlsServer>;

/** Not optional: without it, TLS with the system's authorities. */
export const tlsClient = object(
  {
    ...commonFields,
    insecure: boolean({
      default: false,
      text: 'No TLS. For gRPC this alone decides, whatever the endpoint begins with, but https:// switches TLS on.',
    }),
    insecure_skip_verify: boolean({
      default: false,
      text: 'TLS without checking who the server is.',
    }),
    server_name_override: string({
      text: 'Name that the server’s certificate must have, where it is not the host.',
    }),
  },
  { text: 'Encryption.' },
).check(checkCommon);

export type TlsClient = ConfigOf<typeof tlsClient>;
