// Runs one exporter without queue and retries: each `send` is one attempt, and the test sees its outcome.

import type { Signal } from '../../base/signal.ts';
import type { Batch } from '../batch.ts';
import type { Exporter, ExporterDefinition, Extension, StoreSink } from '../component.ts';
import type { SendOutcome } from '../send-outcome.ts';
import type { FakeClock } from './fake-clock.ts';
import { TestSources } from './test-batches.ts';
import { configOf, type TestSettings, testSettings } from './test-settings.ts';

export interface ExporterRun {
  readonly exporter: Exporter;
  readonly sources: TestSources;
  readonly clock: FakeClock;
  readonly settings: TestSettings;
  send(batch: Batch, signal?: AbortSignal): Promise<SendOutcome>;
}

export interface ExporterOptions {
  readonly signal?: Signal;
  readonly clock?: FakeClock;
  readonly store?: StoreSink;
  readonly extensions?: Readonly<Record<string, Extension>>;
}

/** A started exporter; the test stops it. */
export async function runExporter(
  definition: ExporterDefinition,
  plainConfig: unknown,
  options: ExporterOptions = {},
): Promise<ExporterRun> {
  const signal = options.signal ?? 'traces';
  const { clock: given, extensions } = options;
  const id = definition.type;
  const settings = testSettings({ kind: 'exporter', id, signal, clock: given, extensions });
  const config = configOf(definition.config, plainConfig);
  const exporter = definition.create(config, { ...settings, signal, store: options.store });
  await exporter.start?.();
  return {
    exporter,
    sources: new TestSources(),
    clock: settings.clock,
    settings,
    send: (batch, abort = new AbortController().signal) => exporter.send(batch, abort),
  };
}
