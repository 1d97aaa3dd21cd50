import { join } from 'node:path';
import type { Logger } from '../../telemetry/logger.ts';
import type { Addresses } from '../addresses.ts';
import type { ServerSettings } from '../settings.ts';
import { DemoControl } from './demo-control.ts';
import { findDemoPackage } from './find-package.ts';

export interface StartDemoOptions {
  readonly settings: ServerSettings;
  readonly addresses: Addresses;
  readonly dataDirectory: string;
  readonly version: string;
  readonly logger: Logger;
  readonly progress: (text: string) => void;
}

/** Starts the demo in the background; what becomes of it is in its state. */
export function startDemo(options: StartDemoOptions): DemoControl {
  const { settings, addresses, dataDirectory, version, logger, progress } = options;
  const specifier = process.env['THROUGHLINE_DEMO_PACKAGE'] ?? `@throughline/demo@${version}`;
  return new DemoControl({
    load: async () => import(await findDemoPackage({ dataDirectory, specifier, progress })),
    otlpHttpUrl: addresses.otlpHttp,
    otlpGrpcUrl: addresses.otlpGrpc,
    dataDirectory: join(dataDirectory, 'demo'),
    pythonDirectory: process.env['THROUGHLINE_DEMO_PYTHON'],
    scenario: settings.scenario,
    logger,
    progress,
  });
}
