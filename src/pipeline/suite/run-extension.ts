// Runs one extension alone, with a host whose status the test decides.

import type { Extension, ExtensionDefinition, Host } from '../component.ts';
import type { GraphStatus } from '../status.ts';
import type { FakeClock } from './fake-clock.ts';
import { configOf, testSettings } from './test-settings.ts';

export interface ExtensionRun {
  readonly extension: Extension;
  readonly clock: FakeClock;
}

export interface ExtensionOptions {
  readonly clock?: FakeClock;
  readonly status?: Partial<GraphStatus>;
  readonly ready?: () => boolean;
}

const NOTHING: GraphStatus = {
  startedAtMs: 0,
  nodes: [],
  edges: [],
  pipelines: [],
  extensions: [],
  reload: undefined,
};

/** A started extension; the test stops it. */
export async function runExtension(
  definition: ExtensionDefinition,
  plainConfig: unknown,
  options: ExtensionOptions = {},
): Promise<ExtensionRun> {
  const settings = testSettings({
    kind: 'extension',
    id: definition.type,
    signal: 'traces',
    clock: options.clock,
  });
  const host: Host = {
    status: () => ({ ...NOTHING, ...options.status }),
    ready: options.ready ?? (() => true),
    reload: () => Promise.resolve(),
  };
  const config = configOf(definition.config, plainConfig);
  const extension = definition.create(config, { ...settings, host });
  await extension.start?.();
  return { extension, clock: settings.clock };
}
