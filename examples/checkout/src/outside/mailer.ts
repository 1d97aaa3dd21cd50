// mail.test: accepts mail.

import { randomUUID } from 'node:crypto';
import { waitAbout } from '../shared/wait.ts';
import { serve } from './http-server.ts';

const ACCEPT_MS = 180;

export function serveMailer(): void {
  serve('mail.test', async () => {
    await waitAbout(ACCEPT_MS);
    return { status: 202, body: { id: randomUUID() } };
  });
}
