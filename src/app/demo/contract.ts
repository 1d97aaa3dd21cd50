// What the server knows of the demo: a package of its own, started with the server's own addresses.

export interface DemoScenario {
  readonly name: string;
  readonly text: string;
}

export interface DemoOptions {
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  readonly dataDirectory: string;
  readonly pythonDirectory?: string;
  readonly scenario: string;
  readonly onProgress: (text: string) => void;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

export interface RunningDemo {
  readonly scenarios: readonly DemoScenario[];
  scenario(): string;
  setScenario(name: string): void;
  stop(options: { readonly deleteData: boolean }): Promise<void>;
}

export interface DemoModule {
  startDemo(options: DemoOptions): Promise<RunningDemo>;
}

export function isDemoModule(value: unknown): value is DemoModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'startDemo' in value &&
    typeof value.startDemo === 'function'
  );
}
