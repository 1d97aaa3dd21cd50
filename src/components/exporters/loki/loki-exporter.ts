// Sends a batch: one request for each tenant in it. When one of them is to be tried again, only that one is.

import { compress } from '../../../net/client/compress.ts';
import type { HttpAnswer, HttpClient } from '../../../net/client/http-client.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Exporter } from '../../../pipeline/component.ts';
import { retryAfterMs } from '../../../pipeline/outcome/http-outcome.ts';
import { SENT, type SendOutcome } from '../../../pipeline/send-outcome.ts';
import type { LokiConfig } from './config.ts';
import { sortIntoStreams, type TenantStreams, writePushRequest } from './push-requests.ts';

const NANOS_PER_MILLI = 1_000_000n;
/** Of Loki's words about what it does not take: the first of them say it. */
const TEXT_MAX_CHARS = 300;

type Result = SendOutcome & { readonly items: number };

export class LokiExporter implements Exporter {
  readonly #config: LokiConfig;
  readonly #client: HttpClient;
  readonly #now: () => number;
  /** Tenants whose part of a batch that is tried again was taken. */
  readonly #taken = new WeakMap<Batch, Set<string>>();

  constructor(config: LokiConfig, client: HttpClient, now: () => number) {
    this.#config = config;
    this.#client = client;
    this.#now = now;
  }

  start(): Promise<void> {
    return this.#client.start([this.#config.endpoint]);
  }

  stop(): void {
    this.#client.close();
  }

  async send(batch: Batch, signal: AbortSignal): Promise<SendOutcome> {
    if (batch.signal !== 'logs') return SENT;
    const { default_labels_enabled: defaults } = this.#config;
    const nowNanos = BigInt(Math.trunc(this.#now())) * NANOS_PER_MILLI;
    const { tenants, left } = sortIntoStreams(batch, defaults, nowNanos);
    const results: Result[] = [];
    const taken = this.#taken.get(batch) ?? new Set<string>();
    for (const [name, tenant] of tenants) {
      if (taken.has(name)) continue;
      const outcome = await this.#push(name, tenant, signal);
      if (outcome.kind === 'ok') taken.add(name);
      results.push({ ...outcome, items: tenant.items });
    }
    const again = results.find((result) => result.kind === 'retry');
    if (again !== undefined) {
      this.#taken.set(batch, taken);
      return again;
    }
    const refused = results.find((result) => result.kind === 'permanent');
    if (refused !== undefined && taken.size === 0) return refused;
    return withRest(results, left, tenants.size > 0);
  }

  async #push(name: string, streams: TenantStreams, signal: AbortSignal): Promise<SendOutcome> {
    const { endpoint } = this.#config;
    const { parts } = await compress([writePushRequest(streams)], 'snappy');
    const tenant = name === '' ? {} : { 'x-scope-orgid': name };
    const headers = { 'content-type': 'application/x-protobuf', ...tenant };
    const answer = await this.#client.call({ url: endpoint, headers, parts, signal });
    return outcomeOf(answer, endpoint, this.#now());
  }
}

/** Some tenants took theirs: what others refused cannot be kept by itself, so it is counted and shown. */
function withRest(
  results: readonly Result[],
  left: ReadonlyMap<string, number>,
  anySent: boolean,
): SendOutcome {
  const reasons: string[] = [];
  let items = 0;
  for (const [why, count] of left) {
    reasons.push(`${count}: ${why}`);
    items += count;
  }
  for (const result of results) {
    if (result.kind !== 'permanent') continue;
    reasons.push(`${result.items}: ${result.reason}`);
    items += result.items;
  }
  if (items === 0) return SENT;
  const reason = reasons.join('; ');
  return anySent ? { kind: 'ok', rejected: { items, reason } } : { kind: 'permanent', reason };
}

const TOO_MANY = 429;

/** As Loki's own clients: 429 and all of 5xx may pass, anything else does not. */
function outcomeOf(answer: HttpAnswer, url: string, nowMs: number): SendOutcome {
  if (answer.kind === 'failed') return { kind: 'retry', reason: `${url}: ${answer.reason}` };
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return SENT;
  const said = body.toString('utf8').split('\n')[0]?.trim().slice(0, TEXT_MAX_CHARS) ?? '';
  const reason = `${url}: HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (status < 500 && status !== TOO_MANY) return { kind: 'permanent', reason };
  return { kind: 'retry', reason, afterMs: retryAfterMs(headers['retry-after'], nowMs) };
}
