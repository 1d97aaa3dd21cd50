// `auth.authenticator` of a server: who may come in.

import type { ComponentSettings, Extension } from './component.ts';

type Authenticate = NonNullable<Extension['authenticate']>;

/** Undefined: everybody. */
export function authenticatorOf(
  settings: ComponentSettings,
  id: string | undefined,
): Authenticate | undefined {
  if (id === undefined) return undefined;
  const extension = settings.extension(id);
  if (extension.authenticate === undefined) return () => `${id} cannot authenticate requests`;
  return (headers) => extension.authenticate?.(headers);
}
