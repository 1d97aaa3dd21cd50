// `auth.authenticator` of a client: the headers that the extension gives for each request.

import { AppError } from '../base/app-error.ts';
import type { ComponentSettings, Credentials } from './component.ts';

/** @throws AppError `AUTH_NOT_FOR_CLIENTS` where the extension only works for servers. */
export function credentialsOf(
  settings: ComponentSettings,
  authenticator: string | undefined,
): (() => Promise<Credentials> | Credentials) | undefined {
  if (authenticator === undefined) return undefined;
  const extension = settings.extension(authenticator);
  if (extension.credentials === undefined) {
    throw new AppError('AUTH_NOT_FOR_CLIENTS', {
      message: `${settings.id}: ${authenticator} has nothing to authenticate a client with. Give it the settings for clients, or name another extension.`,
    });
  }
  return () => extension.credentials?.() ?? {};
}
