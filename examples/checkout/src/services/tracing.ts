// OpenTelemetry, set up before the application: `node --import ./tracing.js ./server.js`.
// The SDK starts first and the import hook is set after it: the other way round, the SDK's own hundreds of modules
// would go through the hook, which costs over a second of start-up.

import { register as registerLoader } from 'node:module';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import {
  register as registerHooks,
  supportsSyncHooks,
} from 'import-in-the-middle/register-hooks.mjs';
import { onStop } from '../shared/lifeline.ts';
import { setting } from './common/setting.ts';
import { describeCall } from './common/outgoing-call.ts';
import { describeQuery } from './common/query-summary.ts';
import { tellExports } from './common/tell-exports.ts';

const SPAN_BATCH_DELAY_MS = 500; // short, so that a trace is on the screen while one still looks at it
const LOG_BATCH_DELAY_MS = 500;
const METRIC_INTERVAL_MS = 5_000;

/** What the instrumentations patch. With the list, everything else is imported without the hook's detour. */
const PATCHED_MODULES = [
  'http',
  'node:http',
  'https',
  'node:https',
  'express',
  'pg',
  'pg-pool',
  'pino',
];

const endpoint = setting('OTLP_HTTP_URL');

const sdk = new NodeSDK({
  resource: resourceFromAttributes({
    [ATTR_SERVICE_NAME]: setting('SERVICE_NAME'),
    [ATTR_SERVICE_VERSION]: setting('SERVICE_VERSION'),
    'service.namespace': 'demo',
    'deployment.environment.name': 'demo',
  }),
  spanProcessors: [
    new BatchSpanProcessor({
      exporter: tellExports(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` })),
      scheduledDelayMillis: SPAN_BATCH_DELAY_MS,
    }),
  ],
  metricReaders: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }),
      exportIntervalMillis: METRIC_INTERVAL_MS,
    }),
  ],
  logRecordProcessors: [
    new BatchLogRecordProcessor({
      exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }),
      scheduledDelayMillis: LOG_BATCH_DELAY_MS,
    }),
  ],
  instrumentations: [
    // Outgoing calls go through undici, which has its own instrumentation.
    new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true }),
    // No span for every middleware, but the route on the server's span.
    new ExpressInstrumentation({
      ignoreLayersType: [
        ExpressLayerType.MIDDLEWARE,
        ExpressLayerType.ROUTER,
        ExpressLayerType.REQUEST_HANDLER,
      ],
    }),
    new UndiciInstrumentation({ requireParentforSpans: true, requestHook: describeCall }),
    // Queries of the workers that only look for work belong to no request and get no span.
    new PgInstrumentation({
      requireParentSpan: true,
      ignoreConnectSpans: true,
      requestHook: describeQuery,
    }),
    new PinoInstrumentation(),
    new RuntimeNodeInstrumentation(),
  ],
});

sdk.start();
onStop(() => sdk.shutdown());

if (supportsSyncHooks()) registerHooks({ include: PATCHED_MODULES });
else registerLoader('import-in-the-middle/hook.mjs', import.meta.url);
