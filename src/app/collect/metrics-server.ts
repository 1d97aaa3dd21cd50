// Own metrics as `service::telemetry::metrics` wants them: Prometheus text on localhost:8888 where the file does not say,
// with names as they always were; a reader of the file's own gets `_total`.

import { hostname } from 'node:os';
import { AppError } from '../../base/app-error.ts';
import type { TelemetryConfig } from '../../config/document/telemetry.ts';
import { Access } from '../../net/access.ts';
import { type RunningApp, serveApp } from '../../net/http-app.ts';
import { textReply } from '../../net/http-message.ts';
import {
  PROMETHEUS_CONTENT_TYPE,
  prometheusText,
  type TextOptions,
} from '../../telemetry/prometheus-text.ts';
import type { Registry } from '../../telemetry/registry.ts';

const DEFAULT_PORT = 8888;
const FLAG = 'service::telemetry::metrics::readers';

interface Reader {
  readonly host: string;
  readonly port: number;
  readonly typeSuffix: boolean;
}

export interface MetricsServers {
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

export async function startMetricsServers(
  registry: Registry,
  { metrics }: TelemetryConfig,
  version: string,
): Promise<MetricsServers> {
  const labels = {
    service_instance_id: `${hostname()}-${process.pid}`,
    service_name: 'throughline',
    service_version: version,
  };
  const apps: RunningApp[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(apps.map((app) => app.stop(0)));
  };
  try {
    for (const { host, port, typeSuffix } of readersOf(metrics)) {
      apps.push(await serve(registry, host, port, { labels, typeSuffix }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const addresses = apps.flatMap(({ hosts, port }) => `http://${shown(hosts)}:${port}/metrics`);
  return { addresses, stop };
}

const shown = ([host = '']: readonly string[]): string => (host.includes(':') ? `[${host}]` : host);

function readersOf({ level, readers }: TelemetryConfig['metrics']): Reader[] {
  if (level === 'none') return [];
  if (readers === undefined) {
    return [{ host: 'localhost', port: DEFAULT_PORT, typeSuffix: false }];
  }
  return readers.flatMap(({ pull }) => {
    const prometheus = pull?.exporter.prometheus;
    if (prometheus === undefined) return [];
    const { host, port, without_type_suffix } = prometheus;
    return [{ host, port, typeSuffix: !without_type_suffix }];
  });
}

function serve(
  registry: Registry,
  host: string,
  port: number,
  options: TextOptions,
): Promise<RunningApp> {
  const handle = () =>
    textReply(prometheusText(registry, options), {
      headers: { 'content-type': PROMETHEUS_CONTENT_TYPE },
    });
  return serveApp({
    groups: [{ owner: 'own metrics', routes: [{ method: 'GET', path: '/metrics', handle }] }],
    access: new Access({ token: undefined, loopbackOnly: false }),
    hosts: host === 'localhost' ? ['127.0.0.1', '::1'] : [host],
    port,
    flag: FLAG,
    what: 'own metrics',
  }).catch((cause: unknown) => {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError('COLLECT_METRICS_PORT', {
      message: `${cause.message} Or serve none: service::telemetry::metrics::level: none.`,
      cause,
    });
  });
}
