// `throughline collect` in the test's own process, from a YAML text: the way to start a component with a configuration, and
// to pass data through it. Own metrics are off unless the text has `service::telemetry`, so that tests share no port.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type RunningCollector, startCollector } from '../../src/app/collect/collector.ts';
import { collectSettings } from '../../src/app/collect/settings.ts';
import { COMPONENTS } from '../../src/app/components.ts';
import type { Signal } from '../../src/base/signal.ts';
import { loadDocument } from '../../src/config/load.ts';
import { renderProblems } from '../../src/config/render.ts';
import { processHost } from '../../src/config/resolve/host.ts';
import { resolveSettings } from '../../src/config/settings/resolve.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';

const running: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

export interface TestCollector extends RunningCollector {
  /** Holds the data directory and `collector.yaml`; removed at the end of the test. */
  readonly folder: string;
  /** Port of a receiver: `port('otlp', 'http')`. */
  port(receiver: string, name: string): number;
  /** POSTs an OTLP request to the receiver `otlp`, or another one; resolves with the status code. */
  send(signal: Signal, bytes: Uint8Array, receiver?: string): Promise<number>;
  /** Writes another configuration over the first and reloads. */
  change(yaml: string): Promise<readonly string[]>;
}

export interface CollectorOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** An existing folder: the run before ended or died in it. */
  readonly folder?: string;
}

/** What is wrong with the text throws, as `validate` shows it. */
export async function startTestCollector(
  yaml: string,
  options: CollectorOptions = {},
): Promise<TestCollector> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'throughline-collect-'));
  if (options.folder === undefined) {
    running.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  }
  const file = join(folder, 'collector.yaml');
  writeFileSync(file, yaml);
  const quiet = yaml.includes('telemetry:') ? [] : ['service.telemetry.metrics.level=none'];
  const load = () =>
    loadDocument({
      uris: [file],
      sets: quiet,
      host: processHost({ ...process.env, ...options.env }, folder),
      catalogue: COMPONENTS,
      inContainer: false,
    });
  const { document, errors, files } = await load();
  if (document === undefined) throw new Error(renderProblems(errors));
  const { values } = resolveSettings(collectSettings, { argv: [], env: {} });
  const settings = { ...values, data: join(folder, 'data'), drainTimeout: 2_000 };
  const collector = await startCollector({
    settings,
    document,
    files,
    load,
    logger: silentLogger,
    version: '0.0.0-test',
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= collector.stop());
  running.push(stop);
  const port = (receiver: string, name: string): number => {
    const found = collector
      .listening()
      .find((one) => one.receiver === receiver && one.name === name);
    if (found === undefined) throw new Error(`receiver ${receiver} does not listen on ${name}`);
    return found.port;
  };
  return {
    ...collector,
    stop,
    folder,
    port,
    send: async (signal, bytes, receiver = 'otlp') => {
      const answer = await fetch(`http://127.0.0.1:${port(receiver, 'http')}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: Uint8Array.from(bytes),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    change: (text) => {
      writeFileSync(file, text);
      return collector.reload();
    },
  };
}
