// The visitors: a steady, uneven flow of requests to the gateway. Not instrumented: a trace begins at the gateway, as
// it does for requests from browsers one does not control.

import { Agent, request } from 'node:http';
import { onPeers, onStop, tellParent, watchParent } from '../shared/lifeline.ts';
import { wait } from '../shared/wait.ts';
import { gapMs, Visits } from './visits.ts';
import type { Visit } from './visits.ts';

const REQUESTS_PER_SECOND = Number(process.env['REQUESTS_PER_SECOND'] ?? 8);
const UNDER_WAY_MAX = 80; // a shop that hangs is not asked without end
const PATIENCE_MS = 30_000;

const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY_MAX });
const visits = new Visits(Math.random);
let gatewayPort: number | undefined;
let underWay = 0;
let running = true;

watchParent();
onStop(() => {
  running = false;
  agent.destroy();
});
onPeers((peers) => {
  gatewayPort = peers['api-gateway'];
});

tellParent({ kind: 'ready' });
let opening = true;
while (running) {
  if (gatewayPort !== undefined && underWay < UNDER_WAY_MAX) {
    void pay(opening ? visits.checkout() : visits.next(), gatewayPort);
    opening = false;
  }
  await wait(gapMs(REQUESTS_PER_SECOND, Math.random()));
}

async function pay(visit: Visit, port: number): Promise<void> {
  underWay++;
  try {
    const { status, body } = await send(visit, port);
    if (visit.path !== '/checkout') return;
    tellParent({ kind: 'checkout', status });
    const { id } = JSON.parse(body) as { id?: unknown };
    if (status === 201 && typeof id === 'string') visits.remember(id);
  } catch {
    if (visit.path === '/checkout') tellParent({ kind: 'checkout', status: 0 });
  } finally {
    underWay--;
  }
}

function send(visit: Visit, port: number): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: visit.method,
        path: visit.path,
        headers: {
          host: 'shop.test',
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          ...(visit.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        timeout: PATIENCE_MS,
      },
      (incoming) => {
        let body = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (body += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.end(visit.body === undefined ? undefined : JSON.stringify(visit.body));
  });
}
