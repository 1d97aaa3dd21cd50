// The clients of the present backends. One whose backend is gone ends when its calls have ended.

import type { GrpcClient as GrpcClientConfig } from '../../../net/config/grpc-client.ts';
import { GrpcClient } from '../../../net/client/grpc-client.ts';
import type { ExporterSettings } from '../../../pipeline/component.ts';
import { credentialsOf } from '../../../pipeline/credentials.ts';
import { EXPORT_METHOD, grpcOutcome } from '../../../pipeline/outcome/grpc-outcome.ts';
import type { SendOutcome } from '../../../pipeline/send-outcome.ts';
import { withPort } from './resolver.ts';
import { Ring } from './ring.ts';

/** Ms. */
const LATENCY_BOUNDS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

interface Backend {
  readonly endpoint: string;
  readonly client: GrpcClient;
  calls: number;
  isGone: boolean;
}

export class Backends {
  readonly #config: GrpcClientConfig;
  readonly #settings: ExporterSettings;
  #ring = new Ring([]);
  #backends = new Map<string, Backend>();

  constructor(config: GrpcClientConfig, settings: ExporterSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** Keys to endpoints, as they are now. */
  get ring(): Ring {
    return this.#ring;
  }

  /** Reads certificates once, so that a wrong path stops the start. */
  async check(): Promise<void> {
    const client = this.#clientTo('localhost:4317');
    await client.start();
    client.close();
  }

  use(endpoints: readonly string[]): void {
    this.#ring = new Ring(endpoints);
    const before = this.#backends;
    this.#backends = new Map(
      endpoints.map((endpoint) => [endpoint, before.get(endpoint) ?? this.#backendTo(endpoint)]),
    );
    for (const backend of before.values()) {
      if (this.#backends.has(backend.endpoint)) continue;
      backend.isGone = true;
      if (backend.calls === 0) backend.client.close();
    }
  }

  async send(
    endpoint: string,
    parts: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const backend = this.#backends.get(endpoint);
    if (backend === undefined)
      return { kind: 'retry', reason: `${endpoint} is no backend any more` };
    const { clock, signal: kind } = this.#settings;
    const startedMs = clock.monotonic();
    backend.calls++;
    const answer = await backend.client.call({ path: EXPORT_METHOD[kind], parts, signal });
    backend.calls--;
    if (backend.isGone && backend.calls === 0) backend.client.close();
    const outcome = grpcOutcome(answer, endpoint);
    this.#count(endpoint, clock.monotonic() - startedMs, outcome.kind === 'ok');
    return outcome;
  }

  close(): void {
    for (const { client } of this.#backends.values()) client.close();
    this.#backends.clear();
  }

  #backendTo(endpoint: string): Backend {
    return { endpoint, client: this.#clientTo(endpoint), calls: 0, isGone: false };
  }

  #clientTo(endpoint: string): GrpcClient {
    const { logger, clock, id } = this.#settings;
    return new GrpcClient({
      config: { ...this.#config, endpoint: withPort(endpoint) },
      credentials: credentialsOf(this.#settings, this.#config.auth?.authenticator),
      warn: (message) => logger.warn(message, { exporter: id, endpoint }),
      monotonic: () => clock.monotonic(),
    });
  }

  #count(endpoint: string, latencyMs: number, success: boolean): void {
    const { metrics } = this.#settings;
    metrics
      .histogram(
        'otelcol_loadbalancer_backend_latency',
        'Time that a backend took to answer, ms.',
        LATENCY_BOUNDS,
        { endpoint },
      )
      .observe(latencyMs);
    metrics
      .counter('otelcol_loadbalancer_backend_outcome', 'Calls of a backend.', {
        endpoint,
        success: String(success),
      })
      .add(1);
  }
}
