// A tail sampler on the suite's clock, over a log that remembers what was fed, so that it can be read back.

import type { Partly, Span } from '../../../../otlp/objects/types.ts';
import type { Batch } from '../../../../pipeline/batch.ts';
import { type FakeClock, settle } from '../../../../pipeline/suite/fake-clock.ts';
import {
  type MemoryJournal,
  type ProcessorRun,
  runProcessor,
} from '../../../../pipeline/suite/run-processor.ts';
import { idOf } from '../../../../pipeline/suite/test-batches.ts';
import { prometheusText } from '../../../../telemetry/prometheus-text.ts';
import { tailSampling } from '../factory.ts';

export interface SamplerRun extends ProcessorRun {
  /** Positions that were read back, in order. */
  readonly readBack: number[];
  /** Names of what came out, in order. */
  names(): string[];
  /** Past every wait; all that was set in motion comes to rest. */
  decide(): Promise<void>;
  metric(name: string): number;
}

export interface SamplerOptions {
  readonly clock?: FakeClock;
  readonly journal?: MemoryJournal;
  /** False: a processor before this one changed the data. */
  readonly canReadBack?: boolean;
}

const WAIT_MS = 3000;

export async function runSampler(
  config: Readonly<Record<string, unknown>>,
  options: SamplerOptions = {},
): Promise<SamplerRun> {
  const log = new Map<number, Uint8Array>();
  const readBack: number[] = [];
  const read = (positions: readonly number[]): Promise<Array<Uint8Array | undefined>> => {
    readBack.push(...positions);
    return Promise.resolve(positions.map((position) => log.get(position)));
  };
  const { clock, journal, canReadBack = true } = options;
  const run = await runProcessor(
    tailSampling,
    { decision_wait: '2s', ...config },
    {
      ...(clock && { clock }),
      ...(journal && { journal }),
      ...(canReadBack && { readBack: read }),
    },
  );
  const remember = (batches: readonly Batch[]): void => {
    for (const batch of batches) log.set(batch.sources[0]?.position ?? -1, batch.bytes);
  };
  return {
    ...run,
    readBack,
    feed: (...batches) => {
      remember(batches);
      return run.feed(...batches);
    },
    names: () => run.out.spans().map(({ name }) => name),
    decide: async () => {
      await run.clock.advance(WAIT_MS);
      for (let turn = 0; turn < 50; turn++) await settle();
    },
    metric: (name) => {
      const lines = prometheusText(run.settings.registry).split('\n');
      const line = lines.find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
      return Number(line?.slice(line.lastIndexOf(' ')));
    },
  };
}

/** A span of the trace with this number. */
export const span = (trace: number, name: string, more: Partly<Span> = {}): Partly<Span> => ({
  traceId: idOf(16, trace),
  name,
  parentSpanId: idOf(8, 99),
  ...more,
});

export const attribute = (
  key: string,
  value: Readonly<Record<string, unknown>>,
): { readonly key: string; readonly value: Readonly<Record<string, unknown>> } => ({ key, value });

export const ALWAYS = { name: 'all', type: 'always_sample' };
export const ERRORS = {
  name: 'errors',
  type: 'status_code',
  status_code: { status_codes: ['ERROR'] },
};
export const ERROR = { status: { code: 2 } };
