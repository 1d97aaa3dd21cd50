// What is said about a component of the OpenTelemetry Collector that is not here.

export interface UpstreamComponent {
  /** Types here that do the same or nearly, best first; shown as far as they are here. */
  readonly use?: readonly string[];
  /** A sentence instead, without the final dot. */
  readonly advice?: string;
  /** Since when it is gone upstream: `in 0.131`. */
  readonly gone?: string;
}

export type UpstreamTable = Readonly<Record<string, UpstreamComponent>>;
