// Runs one processor or connector on batches and shows what came out of it.

import type { Signal } from '../../base/signal.ts';
import { decode } from '../../otlp/objects/decode.ts';
import type { RequestOf } from '../../otlp/objects/types.ts';
import type { Batch } from '../batch.ts';
import type {
  Connector,
  ConnectorDefinition,
  Extension,
  Processor,
  ProcessorDefinition,
  ProcessorSettings,
} from '../component.ts';
import type { Consumer } from '../consumer.ts';
import type { Journal } from '../journal-contract.ts';
import { type FakeClock, settle } from './fake-clock.ts';
import { TestSources } from './test-batches.ts';
import { configOf, type TestSettings, testSettings } from './test-settings.ts';

/** Takes what comes out. Batches stay held until `release`, so that a test can look at them. */
class Outlet implements Consumer {
  readonly batches: Batch[] = [];
  /** Set to make the outlet slow: `consume` waits for it. */
  until: Promise<void> | undefined;

  consume(batch: Batch): void | Promise<void> {
    this.batches.push(batch);
    return this.until;
  }

  get items(): number {
    return this.batches.reduce((sum, batch) => sum + batch.items, 0);
  }

  /** Batch by batch, as objects. */
  requests<S extends Signal>(signal: S): Array<RequestOf[S]> {
    return this.batches.map((batch) => decode(signal, batch.bytes));
  }

  /** All spans in the order they came out. */
  spans(): Array<
    RequestOf['traces']['resourceSpans'][number]['scopeSpans'][number]['spans'][number]
  > {
    return this.requests('traces').flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  release(): void {
    for (const batch of this.batches.splice(0)) batch.release();
  }
}

export interface ProcessorRun {
  readonly processor: Processor;
  readonly out: Outlet;
  readonly sources: TestSources;
  readonly clock: FakeClock;
  readonly settings: TestSettings;
  /** What was set aside with `settings.fail`. */
  readonly failed: ReadonlyArray<{ readonly batch: Batch; readonly reason: string }>;
  readonly journal: MemoryJournal;
  /** Consumes in order, waiting where asked to. */
  feed(...batches: readonly Batch[]): Promise<void>;
}

export interface ProcessorOptions {
  readonly signal?: Signal;
  readonly atTheDoor?: boolean;
  readonly clock?: FakeClock;
  readonly extensions?: Readonly<Record<string, Extension>>;
  readonly readBack?: ProcessorSettings['readBack'];
  /** What an earlier run wrote. */
  readonly journal?: MemoryJournal;
}

/** A started processor; the test stops it where that matters. */
export async function runProcessor(
  definition: ProcessorDefinition,
  plainConfig: unknown = {},
  options: ProcessorOptions = {},
): Promise<ProcessorRun> {
  const signal = options.signal ?? 'traces';
  const settings = testSettings({
    kind: 'processor',
    id: definition.type,
    signal,
    clock: options.clock,
    extensions: options.extensions,
  });
  const out = new Outlet();
  const failed: Array<{ batch: Batch; reason: string }> = [];
  const journal = options.journal ?? new MemoryJournal();
  const processor = definition.create(
    configOf(definition.config, plainConfig),
    {
      ...settings,
      signal,
      pipeline: signal,
      atTheDoor: options.atTheDoor ?? false,
      journal: () => Promise.resolve(journal),
      readBack: options.readBack,
      fail: (batch, reason) => {
        failed.push({ batch, reason });
        settings.telemetry.failed(batch.items, reason);
        batch.release();
      },
    },
    out,
  );
  await processor.start?.();
  const { clock } = settings;
  const feed = feedInto(processor);
  return { processor, out, sources: new TestSources(), clock, settings, failed, journal, feed };
}

export interface ConnectorRun {
  readonly connector: Connector;
  readonly out: Outlet;
  readonly sources: TestSources;
  readonly clock: FakeClock;
  readonly settings: TestSettings;
  feed(...batches: readonly Batch[]): Promise<void>;
}

export async function runConnector(
  definition: ConnectorDefinition,
  plainConfig: unknown,
  join: { readonly from: Signal; readonly to: Signal; readonly clock?: FakeClock },
): Promise<ConnectorRun> {
  const { from, to } = join;
  const kind = 'connector';
  const settings = testSettings({ kind, id: definition.type, signal: from, clock: join.clock });
  const out = new Outlet();
  const pipelines = new Map([[to, out]]);
  const config = configOf(definition.config, plainConfig);
  const connector = definition.create(config, { ...settings, from, to, pipelines }, out);
  await connector.start?.();
  const { clock } = settings;
  const feed = feedInto(connector);
  return { connector, out, sources: new TestSources(), clock, settings, feed };
}

const feedInto =
  (consumer: Consumer) =>
  async (...batches: readonly Batch[]): Promise<void> => {
    for (const batch of batches) await consumer.consume(batch);
    await settle();
  };

export class MemoryJournal implements Journal {
  #entries: Uint8Array[] = [];

  get size(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.length, 0);
  }

  entries(): Promise<Uint8Array[]> {
    return Promise.resolve([...this.#entries]);
  }

  append(entry: Uint8Array): void {
    this.#entries.push(entry);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  replace(entries: Iterable<Uint8Array>): Promise<void> {
    this.#entries = [...entries];
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
