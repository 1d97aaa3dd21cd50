// bearer_token_auth: a token in a header, for servers and clients.

import { defineExtension } from '../../../pipeline/component.ts';
import { bearerTokenAuthConfig } from './config.ts';
import { BearerTokenAuth } from './bearer-token-auth.ts';

export const bearerTokenAuth = defineExtension({
  type: 'bearer_token_auth',
  deprecatedTypes: ['bearertokenauth'],
  stability: 'beta',
  config: bearerTokenAuthConfig,
  create: (config, settings) => new BearerTokenAuth(config, settings),
});
