// Every component there is. One line a component; its folder has everything else.

import { count } from '../components/connectors/count/factory.ts';
import { forward } from '../components/connectors/forward/factory.ts';
import { spanMetrics } from '../components/connectors/span_metrics/factory.ts';
import { debugExporter } from '../components/exporters/debug/factory.ts';
import { fileExporter } from '../components/exporters/file/factory.ts';
import { loadBalancingExporter } from '../components/exporters/load_balancing/factory.ts';
import { lokiExporter } from '../components/exporters/loki/factory.ts';
import { nopExporter } from '../components/exporters/nop/factory.ts';
import { otlpGrpcExporter } from '../components/exporters/otlp_grpc/factory.ts';
import { otlpHttpExporter } from '../components/exporters/otlp_http/factory.ts';
import { prometheusExporter } from '../components/exporters/prometheus/factory.ts';
import { storeExporter } from '../components/exporters/store/factory.ts';
import { basicAuth } from '../components/extensions/basic_auth/factory.ts';
import { bearerTokenAuth } from '../components/extensions/bearer_token_auth/factory.ts';
import { fileStorage } from '../components/extensions/file_storage/factory.ts';
import { healthCheck } from '../components/extensions/health_check/factory.ts';
import { pprof } from '../components/extensions/pprof/factory.ts';
import { zpages } from '../components/extensions/zpages/factory.ts';
import { attributesProcessor } from '../components/processors/attributes/factory.ts';
import { batch } from '../components/processors/batch/factory.ts';
import { groupByTraceProcessor } from '../components/processors/group_by_trace/factory.ts';
import { memoryLimiter } from '../components/processors/memory_limiter/factory.ts';
import { probabilisticSampler } from '../components/processors/probabilistic_sampler/factory.ts';
import { rateLimitingSampler } from '../components/processors/rate_limiting_sampler/factory.ts';
import { tailSampling } from '../components/processors/tail_sampling/factory.ts';
import { lokiReceiver } from '../components/receivers/loki/factory.ts';
import { nopReceiver } from '../components/receivers/nop/factory.ts';
import { resourceProcessor } from '../components/processors/resource/factory.ts';
import { otlpReceiver } from '../components/receivers/otlp/factory.ts';
import { prometheusReceiver } from '../components/receivers/prometheus/factory.ts';
import type { AnyDefinition } from '../pipeline/component.ts';

export const COMPONENTS: readonly AnyDefinition[] = [
  // receivers
  lokiReceiver,
  nopReceiver,
  otlpReceiver,
  prometheusReceiver,
  // processors
  attributesProcessor,
  batch,
  groupByTraceProcessor,
  memoryLimiter,
  probabilisticSampler,
  rateLimitingSampler,
  resourceProcessor,
  tailSampling,
  // connectors
  count,
  forward,
  spanMetrics,
  // exporters
  debugExporter,
  fileExporter,
  loadBalancingExporter,
  lokiExporter,
  nopExporter,
  otlpGrpcExporter,
  otlpHttpExporter,
  prometheusExporter,
  storeExporter,
  // extensions
  basicAuth,
  bearerTokenAuth,
  fileStorage,
  healthCheck,
  pprof,
  zpages,
];
