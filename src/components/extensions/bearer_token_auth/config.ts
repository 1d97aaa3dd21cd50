// Configuration of bearer_token_auth. Upstream's bearertokenauthextension
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/bearertokenauthextension).

import {
  boolean,
  type ConfigOf,
  duration,
  integer,
  list,
  object,
  secret,
  string,
} from '../../../config/schema.ts';

export const bearerTokenAuthConfig = object({
  scheme: string({ default: 'Bearer', text: 'Word before the token. Empty: the token alone.' }),
  header: string({
    default: 'Authorization',
    text: 'Request header that carries it.',
    check: (name) => (name === '' ? ['must not be empty', 'write Authorization'] : undefined),
  }),
  token: secret({ text: 'The token. Clients send it, servers want it.' }),
  tokens: list(secret(), {
    text: 'Several tokens: servers take any of them, clients send the first.',
  }),
  filename: string({
    text: 'File with a token a line, read again when it changes. Wins over token and tokens.',
  }),
  file_retry: object(
    {
      enabled: boolean({
        default: false,
        text: 'Start also where the file is not there yet. Until it is, nobody is let in.',
      }),
      max_retries: integer({
        default: 0,
        min: 0,
        text: 'Say as an error that it is still missing after this many attempts; it is looked for all the same. 0: never.',
      }),
      retry_interval: duration({
        default: '1s',
        min: '0s',
        text: 'Time of one attempt, for max_retries. The file is looked at every second.',
      }),
    },
    { text: 'When the file is missing at the start.' },
  ),
}).check(({ token, tokens, filename }, report) => {
  const hasToken = token !== undefined && token !== '';
  if (hasToken && tokens.length > 0) {
    report.at('tokens', 'does not go with token', 'write all of them under tokens');
  }
  const hasFile = filename !== undefined && filename !== '';
  if (!hasToken && tokens.length === 0 && !hasFile) {
    report.at('', 'has no token', 'add token, tokens or filename');
  }
  if (tokens.includes('')) report.at('tokens', 'has an empty token', 'remove it');
  if (hasFile && (hasToken || tokens.length > 0)) {
    report.warn('filename', 'wins over token and tokens', 'remove them');
  }
});

export type BearerTokenAuthConfig = ConfigOf<typeof bearerTokenAuthConfig>;
