// What a target shows, whatever the format.

export type SampleType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface ShownExemplar {
  readonly labels: ReadonlyArray<readonly [string, string]>;
  readonly value: number;
  readonly timeMs: number | undefined;
}

export interface NativeHistogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positive: NativeBuckets;
  readonly negative: NativeBuckets;
}

export interface NativeBuckets {
  /** Index of the first count, by upper bounds. */
  readonly first: number;
  readonly counts: readonly number[];
}

export interface ShownSample {
  /** With its suffix. */
  readonly name: string;
  readonly labels: ReadonlyArray<readonly [string, string]>;
  readonly value: number;
  /** As the target says; undefined: at the scrape. */
  readonly timeMs: number | undefined;
  readonly exemplars: readonly ShownExemplar[];
  readonly native?: NativeHistogram | undefined;
  /** Since when it counts. */
  readonly startMs?: number | undefined;
}

export interface ShownFamily {
  readonly name: string;
  readonly type: SampleType;
  readonly help: string;
  /** In Prometheus' words. */
  readonly unit: string;
  readonly samples: ShownSample[];
}

export interface ParseFault {
  /** With the line, or the byte. */
  readonly message: string;
}
