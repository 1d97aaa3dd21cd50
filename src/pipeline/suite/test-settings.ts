// What the engine would hand to a component, for tests of one component alone.

import type { Signal } from '../../base/signal.ts';
import { decodePlain, type Schema } from '../../config/schema.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { Registry } from '../../telemetry/registry.ts';
import type { ComponentSettings, Extension } from '../component.ts';
import { type ComponentKind, ComponentTelemetry } from '../telemetry/component-telemetry.ts';
import { MetricFamilies } from '../telemetry/metric-families.ts';
import { FakeClock } from './fake-clock.ts';

export interface TestSettings extends ComponentSettings {
  readonly clock: FakeClock;
  /** All metrics of the component, for `prometheusText`. */
  readonly registry: Registry;
}

export interface TestSettingsOptions {
  readonly kind: ComponentKind;
  readonly id: string;
  readonly signal: Signal;
  readonly clock?: FakeClock | undefined;
  readonly extensions?: Readonly<Record<string, Extension>> | undefined;
}

export function testSettings(options: TestSettingsOptions): TestSettings {
  const clock = options.clock ?? new FakeClock();
  const registry = new Registry();
  const { kind, id, signal } = options;
  let shared: unknown;
  return {
    id,
    logger: silentLogger,
    clock,
    telemetry: new ComponentTelemetry({ kind, id, signal, pipeline: signal }, () => clock.now()),
    registry,
    metrics: new MetricFamilies(registry),
    extension: (wanted) => {
      const found = options.extensions?.[wanted];
      if (found === undefined) throw new Error(`the test has no extension ${wanted}`);
      return found;
    },
    // One component a test: what it shares has the type it was made with.
    shared: <T>(make: () => T) => (shared ??= make()) as T,
  };
}

/** The configuration as the engine decodes it from YAML; what is wrong with it throws, all of it. */
export function configOf<C>(schema: Schema<C>, plain: unknown): C {
  const { config, errors } = decodePlain(schema, plain);
  if (errors.length > 0) {
    throw new Error(errors.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  }
  if (config === undefined) throw new Error('no configuration');
  return config;
}
