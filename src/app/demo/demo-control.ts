// The demo while the server runs: starts in the background, can be switched, is stopped with the server.

import { AppError } from '../../base/app-error.ts';
import type { DemoState } from '../../api/contract/status.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { isDemoModule, type DemoModule, type RunningDemo } from './contract.ts';

export interface DemoControlOptions {
  readonly load: () => Promise<unknown>;
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  readonly dataDirectory: string;
  /** A Python environment to use or make there; undefined: in the demo's own data. */
  readonly pythonDirectory: string | undefined;
  readonly scenario: string;
  readonly logger: Logger;
  readonly progress: (text: string) => void;
}

export class DemoControl {
  readonly #options: DemoControlOptions;
  #running: RunningDemo | undefined;
  #state: DemoState['state'] = 'starting';
  #text = 'starting the shop';
  readonly #started: Promise<void>;
  readonly #stopping = new AbortController();

  constructor(options: DemoControlOptions) {
    this.#options = options;
    this.#started = this.#start();
  }

  state(): DemoState {
    return {
      scenario: this.#running?.scenario() ?? this.#options.scenario,
      scenarios: this.#running?.scenarios ?? [],
      state: this.#state,
      text: this.#text,
    };
  }

  choose(name: string): DemoState {
    const running = this.#running;
    if (running === undefined) {
      throw new AppError('DEMO_NOT_READY', {
        message: `the demo is not ready: ${this.#text}; try again`,
        retryable: true,
      });
    }
    if (!running.scenarios.some((scenario) => scenario.name === name)) {
      const names = running.scenarios.map((scenario) => scenario.name).join(', ');
      throw new AppError('DEMO_SCENARIO_UNKNOWN', {
        message: `there is no scenario "${name}"; there are ${names}`,
      });
    }
    running.setScenario(name);
    return this.state();
  }

  async stop(options: { readonly deleteData: boolean }): Promise<void> {
    this.#state = 'stopping';
    this.#stopping.abort();
    await this.#started;
    await this.#running?.stop(options);
  }

  async #start(): Promise<void> {
    try {
      const module: DemoModule = asDemo(await this.#options.load());
      this.#running = await module.startDemo({
        otlpHttpUrl: this.#options.otlpHttpUrl,
        otlpGrpcUrl: this.#options.otlpGrpcUrl,
        dataDirectory: this.#options.dataDirectory,
        ...(this.#options.pythonDirectory === undefined
          ? {}
          : { pythonDirectory: this.#options.pythonDirectory }),
        scenario: this.#options.scenario,
        signal: this.#stopping.signal,
        onProgress: (text) => {
          this.#text = text.split('\n')[0] ?? '';
          this.#options.progress(`demo: ${text}`);
        },
      });
      this.#state = 'running';
      this.#text = 'the shop takes orders';
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#text = error instanceof Error ? error.message : String(error);
      this.#options.logger.error('the demo did not start', { reason: this.#text });
    }
  }
}

function asDemo(module: unknown): DemoModule {
  if (isDemoModule(module)) return module;
  throw new AppError('DEMO_FETCH_FAILED', {
    message: 'the demo package has no startDemo; remove DIR/demo and start again',
  });
}
