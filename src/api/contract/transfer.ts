// OTLP in and out through the API.

/**
 * POST /import?signal=: OTLP/JSON, a request a line (application/x-ndjson, application/json), or protobuf, each request
 * with its length in 4 bytes, big-endian, in front (application/x-protobuf).
 * GET /export?trace=&from&to&q&signal=&format= writes both forms; 404 when there is nothing to export.
 */
export interface ImportAnswer {
  /** Requests in the body. */
  readonly requests: number;
  readonly spans: number;
  readonly logRecords: number;
  readonly metricPoints: number;
  /** Items of requests that had been received a moment before, byte for byte: they are there already. */
  readonly repeated: number;
  /** Items that cannot be stored. */
  readonly rejected: ReadonlyArray<{ readonly reason: string; readonly count: number }>;
}
