// Field numbers of Loki's push request in protobuf, for whoever writes or reads one.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs

export const PUSH_REQUEST = { streams: 1 } as const;

export const STREAM = { labels: 1, entries: 2 } as const;

export const ENTRY = { timestamp: 1, line: 2, structuredMetadata: 3 } as const;

/** google.protobuf.Timestamp */
export const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

export const LABEL_PAIR = { name: 1, value: 2 } as const;

export const NANOS_PER_SECOND = 1_000_000_000n;
