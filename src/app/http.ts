// The HTTP ports: UI, native API, own metrics and health on one, health alone on the other.

import { nativeRoutes } from '../api/native/routes.ts';
import type { ProgramStatus } from '../api/native/program.ts';
import { Access } from '../net/access.ts';
import { serveApp, type RunningApp } from '../net/http-app.ts';
import { jsonReply, textReply } from '../net/http-message.ts';
import type { RouteGroup } from '../net/http-router.ts';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from '../telemetry/prometheus-text.ts';
import type { Registry } from '../telemetry/registry.ts';
import type { Logger } from '../telemetry/logger.ts';
import { isLoopback } from './addresses.ts';
import type { Storage } from './storage.ts';
import type { ServerSettings } from './settings.ts';
import type { UiFiles } from './ui-files.ts';

export interface HttpOptions {
  readonly settings: ServerSettings;
  readonly hosts: readonly string[];
  readonly token: string | undefined;
  readonly storage: Storage;
  readonly program: ProgramStatus;
  readonly registry: Registry;
  readonly ui: UiFiles;
  readonly logger: Logger;
}

export interface HttpServers {
  readonly httpPort: number;
  readonly healthPort: number;
  stop(deadlineMs: number): Promise<void>;
}

export async function startHttp(options: HttpOptions): Promise<HttpServers> {
  const { settings, hosts, storage, program, registry, ui } = options;
  const onBug = (error: unknown, where: string): void =>
    options.logger.error('a request failed', {
      where,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const health = healthRoutes(storage);
  const main = await serveApp({
    groups: [
      nativeRoutes({ engine: storage.engine, program }),
      health,
      metricsRoutes(registry, ui),
    ],
    fallback: ui.fallback,
    basePath: settings.basePath.replace(/\/$/, ''),
    access: new Access({
      token: options.token,
      loopbackOnly: hosts.every(isLoopback),
      allowedHosts: settings.allowedHost,
      allowedOrigins: settings.allowedOrigin,
      trustLoopback: settings.host === '',
    }),
    hosts,
    port: settings.httpPort,
    flag: '--http-port',
    what: 'the UI and the APIs',
    onBug,
  });
  const probe = await serveApp({
    groups: [health],
    access: new Access({ token: undefined, loopbackOnly: false }),
    hosts,
    port: settings.healthPort,
    flag: '--health-port',
    what: 'health',
    onBug,
  }).catch(async (error: unknown): Promise<RunningApp> => {
    await main.stop(0);
    throw error;
  });
  return {
    httpPort: main.port,
    healthPort: probe.port,
    stop: async (deadlineMs) => {
      await Promise.all([main.stop(deadlineMs), probe.stop(deadlineMs)]);
    },
  };
}

/** Scrapers get Prometheus text; a browser that comes for a page gets the UI's page of the same path. */
const metricsRoutes = (registry: Registry, ui: UiFiles): RouteGroup => ({
  owner: 'own metrics',
  routes: [
    {
      method: 'GET',
      path: '/metrics',
      handle: (request) =>
        (request.headers.accept ?? '').includes('text/html')
          ? ui.fallback(request)
          : textReply(prometheusText(registry), {
              headers: { 'content-type': PROMETHEUS_CONTENT_TYPE },
            }),
    },
  ],
});

/** Alive: the process answers. Ready: the ports are open, which they are when this is asked, and the engine answers. */
function healthRoutes({ engine }: Storage): RouteGroup {
  const alive = () => textReply('ok\n');
  const ready = () => {
    const state = engine.state.kind;
    return jsonReply(
      { ready: state === 'ready', engine: state },
      { status: state === 'ready' ? 200 : 503 },
    );
  };
  return {
    owner: 'health',
    routes: [
      { method: 'GET', path: '/livez', open: true, handle: alive },
      { method: 'GET', path: '/readyz', open: true, handle: ready },
    ],
  };
}
