// The ingest token: `authorization: Bearer …`, the same for both protocols.

import { createHash, timingSafeEqual } from 'node:crypto';

export function hasToken(token: string | undefined, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  const given = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** Equal lengths, so that comparing takes the same time whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
