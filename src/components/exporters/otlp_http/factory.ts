// The otlp_http exporter: batches go out as OTLP over HTTP, their bytes as they are, or as JSON where that is wanted.

import { AppError } from '../../../base/app-error.ts';
import type { Signal } from '../../../base/signal.ts';
import { HttpClient } from '../../../net/client/http-client.ts';
import { otlpToJson } from '../../../otlp/json/otlp-to-json.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { credentialsOf } from '../../../pipeline/credentials.ts';
import { httpOutcome } from '../../../pipeline/outcome/http-outcome.ts';
import { type OtlpHttpConfig, otlpHttpConfig } from './config.ts';

const CONTENT_TYPES = { proto: 'application/x-protobuf', json: 'application/json' } as const;

export const otlpHttpExporter = defineExporter({
  type: 'otlp_http',
  deprecatedTypes: ['otlphttp'],
  stability: { traces: 'stable', metrics: 'stable', logs: 'stable' },
  config: otlpHttpConfig,
  delivery: (config) => config,
  create: (config, settings) => {
    const { logger, signal, clock, id } = settings;
    const url = urlOf(config, signal);
    const client = new HttpClient({
      config,
      credentials: credentialsOf(settings, config.auth?.authenticator),
      warn: (message) => logger.warn(message, { exporter: id }),
      monotonic: () => clock.monotonic(),
      now: () => clock.now(),
    });
    return {
      start: async () => {
        if (url === undefined) throw noUrl(id, signal);
        await client.start([url]);
      },
      stop: () => client.close(),
      send: async (batch, abort) => {
        if (url === undefined) return { kind: 'permanent', reason: noUrl(id, signal).message };
        const answer = await client.call({
          url,
          headers: { 'content-type': CONTENT_TYPES[config.encoding] },
          parts: bodyOf(batch, config.encoding),
          signal: abort,
        });
        if (answer.kind === 'failed') return { kind: 'retry', reason: `${url}: ${answer.reason}` };
        return httpOutcome(answer, url, clock.now());
      },
    };
  },
});

function bodyOf(batch: Batch, encoding: OtlpHttpConfig['encoding']): readonly Uint8Array[] {
  if (encoding === 'proto') return batch.parts;
  return [Buffer.from(otlpToJson(batch.signal, batch.bytes))];
}

/** As upstream: one slash between, whether the endpoint ends in one or not. */
function urlOf(config: OtlpHttpConfig, signal: Signal): string | undefined {
  const own = config[`${signal}_endpoint`];
  if (own !== undefined && own !== '') return own;
  const { endpoint } = config;
  if (endpoint === undefined || endpoint === '') return undefined;
  return `${endpoint.replace(/\/$/, '')}/v1/${signal}`;
}

const noUrl = (id: string, signal: Signal): AppError =>
  new AppError('OTLP_HTTP_NO_URL', {
    message: `${id}: there is no URL for ${signal}. Add endpoint, or ${signal}_endpoint.`,
  });
