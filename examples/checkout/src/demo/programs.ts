// The demo's processes and how each is started.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passThrough } from './database/closed-folders.ts';
import { cleanEnvironment } from './environment.ts';

/** `.ts` when run from the source, `.js` when built. */
const ending = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
const fileOf = (path: string): string =>
  fileURLToPath(new URL(`../${path}.${ending}`, import.meta.url));
const fileUrlOf = (path: string): string => new URL(`../${path}.${ending}`, import.meta.url).href;

/** Names and versions of the instrumented services. */
export const nodeServices = [
  { name: 'api-gateway', version: '3.2.0' },
  { name: 'order-service', version: '1.4.2' },
  { name: 'payment-service', version: '2.0.1' },
  { name: 'inventory-service', version: '1.9.4' },
] as const;

export const userService = { name: 'user-service', version: '2.1.0' } as const;

export interface ProgramSettings {
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  readonly databaseUrl: string;
  readonly compileCache: string;
}

export function startService(
  { name, version }: { name: string; version: string },
  settings: ProgramSettings,
): ChildProcess {
  return startNode(`services/${name}/server`, {
    execArgv: ['--import', fileUrlOf('services/tracing')],
    environment: {
      SERVICE_NAME: name,
      SERVICE_VERSION: version,
      OTLP_HTTP_URL: settings.otlpHttpUrl,
      DATABASE_URL: settings.databaseUrl,
      NODE_COMPILE_CACHE: settings.compileCache,
      OTEL_NODE_RESOURCE_DETECTORS: 'host,os,process,serviceinstance', // none that asks a cloud
      OTEL_EXPORTER_OTLP_TIMEOUT: '3000', // of a collector that is gone, at the end
    },
  });
}

export function startOutside(databaseUrl: string): ChildProcess {
  return startNode('outside/main', { environment: { DATABASE_URL: databaseUrl } });
}

export function startLoad(requestsPerSecond: number): ChildProcess {
  return startNode('load/main', {
    environment: { REQUESTS_PER_SECOND: String(requestsPerSecond) },
  });
}

export interface DatabaseSettings {
  readonly directory: string;
  /** Of a database that somebody else runs. */
  readonly url: string | undefined;
  /** 0: one that is free. */
  readonly port: number;
}

export function startDatabase({ directory, url, port }: DatabaseSettings): ChildProcess {
  return startNode('demo/database/host', {
    environment: {
      DATABASE_DIRECTORY: directory,
      DATABASE_URL: url ?? '',
      DATABASE_PORT: String(port),
    },
    // Ctrl-C reaches every process of the group, and PostgreSQL would be gone before its users.
    detached: true,
    before: url === undefined ? passThrough([dirname(directory), import.meta.filename]) : [],
  });
}

export function startUserService(python: string, settings: ProgramSettings): ChildProcess {
  const folder = fileURLToPath(new URL('../../user-service/', import.meta.url));
  return spawn(python, [join(folder, 'main.py')], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: cleanEnvironment({
      SERVICE_NAME: userService.name,
      SERVICE_VERSION: userService.version,
      OTLP_GRPC_URL: settings.otlpGrpcUrl,
      DATABASE_URL: settings.databaseUrl,
      OTEL_SEMCONV_STABILITY_OPT_IN: 'http,database', // the same attribute names as the other services
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  });
}

interface NodeOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  readonly detached?: boolean;
  /** Words of a command that runs the rest as its own. */
  readonly before?: readonly string[];
}

function startNode(path: string, options: NodeOptions): ChildProcess {
  const command = [
    ...(options.before ?? []),
    process.execPath,
    ...(options.execArgv ?? []),
    fileOf(path),
  ];
  return spawn(command[0] ?? process.execPath, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: options.detached ?? false,
    env: cleanEnvironment(options.environment),
  });
}
