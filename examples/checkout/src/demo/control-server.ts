// Switching the scenario while the demo runs:
//   GET /scenarios          which there are, and which it is now
//   PUT /scenario/lock-wait make it this one
// On loopback, and for requests that name loopback as their host, so that no web page can reach it.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DemoError } from './demo-error.ts';
import { scenarios } from './scenarios.ts';

export interface Switch {
  scenario(): string;
  setScenario(name: string): void;
}

export interface ControlServer {
  readonly url: string;
  close(): void;
}

export function serveControl(control: Switch): Promise<ControlServer> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => answer(control, request, response));
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // listening on TCP
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

function answer(control: Switch, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  };
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    send(403, { error: 'Call this by 127.0.0.1.' });
    return;
  }
  const [, wanted] = /^\/scenario\/([\w-]+)$/.exec(request.url ?? '') ?? [];
  if (request.method === 'PUT' && wanted !== undefined) {
    try {
      control.setScenario(wanted);
    } catch (error) {
      if (!(error instanceof DemoError)) throw error;
      send(404, { error: error.message });
      return;
    }
  } else if (request.method !== 'GET' || request.url !== '/scenarios') {
    send(404, { error: 'There is GET /scenarios and PUT /scenario/NAME.' });
    return;
  }
  send(200, { scenario: control.scenario(), scenarios });
}
