// An Express application that listens on a free port, tells the demo which, and turns errors into answers.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { onStop, tellParent, watchParent } from '../../shared/lifeline.ts';
import { HttpError } from './http-error.ts';
import { log } from './log.ts';
import { setting } from './setting.ts';
import { markFailed } from './spans.ts';

export function newApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  return app;
}

/** A handler whose result is the answer's body. */
export function answers(
  run: (request: Request, response: Response) => Promise<unknown>,
): RequestHandler {
  return async (request, response) => {
    const body = await run(request, response);
    response.json(body);
  };
}

export function listen(app: Express): void {
  watchParent();
  app.use(toAnswer);
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    tellParent({ kind: 'listening', name: setting('SERVICE_NAME'), port });
  });
  onStop(
    () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  );
}

const toAnswer: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  const known = error instanceof HttpError;
  const status = known ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (status >= 500) {
    const span = trace.getActiveSpan();
    if (span !== undefined) markFailed(span, error);
    log.error({ err: error }, `${request.method} ${request.path} failed: ${message}`);
  } else {
    log.warn(`${request.method} ${request.path} refused: ${message}`);
  }
  response.status(status).json({ error: known ? error.reason : 'internal', message });
};
