// The present backends: a list, or the addresses of a name, looked up again and again.

import { lookup } from 'node:dns/promises';
import { type Cancel, pause } from '../../../pipeline/clock.ts';
import type { ComponentSettings } from '../../../pipeline/component.ts';
import type { LoadBalancingConfig } from './config.ts';

const DEFAULT_PORT = 4317;

type DnsConfig = NonNullable<LoadBalancingConfig['resolver']['dns']>;
/** Addresses of a name; for tests another one than the system's. */
export type LookUp = (hostname: string) => Promise<string[]>;

const systemLookUp: LookUp = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

export interface ResolverOptions {
  readonly config: LoadBalancingConfig['resolver'];
  readonly settings: ComponentSettings;
  /** Called with the first list, and when it is another one. */
  readonly onChange: (endpoints: readonly string[]) => void;
  readonly lookUp?: LookUp | undefined;
}

export class BackendResolver {
  readonly #options: ResolverOptions;
  #endpoints: readonly string[] | undefined;
  #cancel: Cancel | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { config, settings } = this.#options;
    const { static: known, dns } = config;
    if (known !== undefined) {
      this.#count('static', true);
      this.#use('static', known.hostnames);
    }
    if (dns === undefined) return;
    await this.#look(dns);
    this.#cancel = settings.clock.every(dns.interval === 0 ? 5000 : dns.interval, () => {
      this.#looking ??= this.#look(dns).finally(() => (this.#looking = undefined));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
  }

  async #look({ hostname, port, timeout }: DnsConfig): Promise<void> {
    const { settings, lookUp = systemLookUp } = this.#options;
    const gaveUp = new AbortController();
    try {
      const addresses = await Promise.race([
        lookUp(hostname),
        pause(settings.clock, timeout === 0 ? 1000 : timeout, gaveUp.signal).then(() => {
          throw new Error('no answer in time');
        }),
      ]);
      if (this.#stopped) return;
      this.#count('dns', true);
      this.#use(
        'dns',
        addresses.map((one) => `${one.includes(':') ? `[${one}]` : one}:${port}`),
      );
    } catch (error) {
      this.#count('dns', false);
      const reason = error instanceof Error ? error.message : String(error);
      settings.logger.warn(`the backends of ${settings.id} cannot be looked up`, {
        hostname,
        reason,
      });
    } finally {
      gaveUp.abort();
    }
  }

  #use(resolver: string, found: readonly string[]): void {
    const endpoints = [...new Set(found)].toSorted();
    if (endpoints.join() === this.#endpoints?.join()) return;
    this.#endpoints = endpoints;
    const { metrics } = this.#options.settings;
    metrics
      .gauge('otelcol_loadbalancer_num_backends', 'Backends at present.', { resolver })
      .set(endpoints.length);
    metrics
      .counter('otelcol_loadbalancer_num_backend_updates', 'Changes of the backends.', { resolver })
      .add(1);
    this.#options.onChange(endpoints);
  }

  #count(resolver: string, success: boolean): void {
    this.#options.settings.metrics
      .counter('otelcol_loadbalancer_num_resolutions', 'Look-ups of the backends.', {
        resolver,
        success: String(success),
      })
      .add(1);
  }
}

/** `host:port`, with the port that upstream adds. */
export function withPort(endpoint: string): string {
  if (/^(?:\[[^\]]*\]|[^:]*):\d+$/.test(endpoint)) return endpoint;
  const isBareV6 = endpoint.includes(':') && !endpoint.startsWith('[');
  return `${isBareV6 ? `[${endpoint}]` : endpoint}:${DEFAULT_PORT}`;
}
