// basic_auth: user and password, for servers or for clients.

import { defineExtension } from '../../../pipeline/component.ts';
import { basicAuthConfig } from './config.ts';
import { ClientAuth } from './client-auth.ts';
import { ServerAuth } from './server-auth.ts';

export const basicAuth = defineExtension({
  type: 'basic_auth',
  deprecatedTypes: ['basicauth'],
  stability: 'beta',
  config: basicAuthConfig,
  create: ({ htpasswd, client_auth }, settings) => {
    if (client_auth !== undefined) return new ClientAuth(client_auth, settings);
    const { clock, logger } = settings;
    return new ServerAuth({
      file: htpasswd?.file,
      inline: htpasswd?.inline ?? '',
      clock,
      logger,
    });
  },
});
