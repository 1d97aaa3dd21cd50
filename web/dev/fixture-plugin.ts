// The native API from fixtures, for work on the UI without a server and for its pictures. Part of the development
// server and of `vite preview`, never of the build. The state shown is chosen by THROUGHLINE_FIXTURE
// (busy, demo, first-run, graph) and, for one trace, by its id: see dev/fixtures.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { answer, type FixtureState } from './fixture-answers.ts';
import { tailLines } from './fixtures/logs.ts';
import { status } from './fixtures/status.ts';

const API = '/api/throughline/v1';

/** What the server will send: no inline script, nothing from other hosts. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const state = (): FixtureState => {
  const chosen = process.env['THROUGHLINE_FIXTURE'];
  return chosen === 'first-run' || chosen === 'demo' || chosen === 'graph' ? chosen : 'busy';
};

/** A configuration changes nothing of the status. */
const statusState = () => {
  const shown = state();
  return shown === 'graph' ? 'busy' : shown;
};

function handle(
  request: IncomingMessage,
  response: ServerResponse,
  next: Connect.NextFunction,
): void {
  const url = new URL(request.url ?? '/', 'http://fixture');
  if (!url.pathname.startsWith(API)) {
    next();
    return;
  }
  const path = url.pathname.slice(API.length);
  if (path === '/events') {
    events(request, response, 'status', () => status(statusState()));
    return;
  }
  if (path === '/logs/tail') {
    events(request, response, 'lines', tailLines);
    return;
  }
  const { code, body } = answer(path, url.searchParams, state());
  const send = (): void => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const delay = Number(process.env['THROUGHLINE_FIXTURE_DELAY_MS'] ?? 0);
  if (delay > 0) setTimeout(send, delay);
  else send();
}

function events(
  request: IncomingMessage,
  response: ServerResponse,
  event: string,
  data: (turn: number) => unknown,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let id = 0;
  const send = (): void => {
    id += 1;
    response.write(`id: ${String(id)}\nevent: ${event}\ndata: ${JSON.stringify(data(id))}\n\n`);
  };
  send();
  const timer = setInterval(send, 1000);
  request.on('close', () => clearInterval(timer));
}

export function fixtureApi(): Plugin {
  return {
    name: 'throughline-fixtures',
    configureServer(server) {
      server.middlewares.use(handle);
    },
    configurePreviewServer(server) {
      server.middlewares.use((_request, response, next) => {
        response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
        next();
      });
      server.middlewares.use(handle);
    },
  };
}
