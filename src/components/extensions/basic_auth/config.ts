// Configuration of basic_auth. Upstream's basicauthextension
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/basicauthextension).

import { any, type ConfigOf, object, optional, secret, string } from '../../../config/schema.ts';

const htpasswd = object(
  {
    file: string({ text: 'File in the form of htpasswd, read again when it changes.' }),
    inline: secret({ text: 'The same as text; its users win over those of the file.' }),
  },
  { text: 'For servers: who is let in.' },
).check(({ file, inline }, report) => {
  if ((file ?? '') === '' && (inline ?? '') === '') {
    report.at('', 'has no users', 'add file or inline');
  }
});

const clientAuth = object(
  {
    username: string({ text: 'Who we say we are.' }),
    username_file: string({ text: 'File that holds it, read again when it changes. Wins.' }),
    password: secret({ text: 'With this password.' }),
    password_file: string({ text: 'File that holds it, read again when it changes. Wins.' }),
    aws_secrets_manager: any({ text: 'Not there yet: refused.' }),
  },
  { text: 'For clients: what is sent.' },
).check((config, report) => {
  if (report.has('aws_secrets_manager')) {
    report.at('aws_secrets_manager', 'is not there yet', 'use username_file and password_file');
  } else if ((config.username ?? '') === '' && (config.username_file ?? '') === '') {
    report.at('', 'has no user name', 'add username or username_file');
  }
});

export const basicAuthConfig = object({
  htpasswd: optional(htpasswd),
  client_auth: optional(clientAuth),
}).check((config, report) => {
  if (config.htpasswd !== undefined && config.client_auth !== undefined) {
    report.at(
      'client_auth',
      'does not go with htpasswd',
      'write a second one, such as basic_auth/client',
    );
  }
  if (config.htpasswd === undefined && config.client_auth === undefined) {
    report.at('', 'has neither users nor credentials', 'add htpasswd or client_auth');
  }
});

export type BasicAuthConfig = ConfigOf<typeof basicAuthConfig>;
