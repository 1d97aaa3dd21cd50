// Mistakes that senders make, each with a name, what it looks like from here, and what to change over there. Their codes
// are in docs/errors.md.

export type MistakeCode = keyof typeof MISTAKES;

export interface Mistake {
  readonly severity: 'error' | 'warn' | 'info';
  readonly text: string;
  readonly fix: string;
}

export const MISTAKES = {
  OTLP_NO_PATH: {
    severity: 'error',
    text: 'OTLP over HTTP was sent to /, without a path.',
    fix: 'Set OTEL_EXPORTER_OTLP_ENDPOINT to the address without a path, or give the exporter the whole URL, ending in /v1/traces, /v1/metrics or /v1/logs.',
  },
  OTLP_DOUBLED_PATH: {
    severity: 'error',
    text: 'The path is there twice, as in /v1/traces/v1/traces.',
    fix: 'OTEL_EXPORTER_OTLP_ENDPOINT must not contain /v1/traces: the SDK adds it. A URL given in code, or in OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, is used as it is.',
  },
  OTLP_WRONG_PATH: {
    severity: 'error',
    text: 'Something was sent to a path that OTLP does not have.',
    fix: 'Send to /v1/traces, /v1/metrics or /v1/logs.',
  },
  OTLP_PROFILES: {
    severity: 'info',
    text: 'Profiles were sent. They are not served yet.',
    fix: 'Switch the profiles exporter off, or send profiles elsewhere.',
  },
  OTLP_SIGNAL_NOT_WIRED: {
    severity: 'error',
    text: 'A signal was sent that no pipeline of the configuration receives.',
    fix: 'Add the receiver to a pipeline of that signal, or switch its exporter off.',
  },
  OTLP_GRPC_TO_HTTP_PATH: {
    severity: 'error',
    text: 'gRPC was sent to a path of OTLP over HTTP.',
    fix: 'Give the gRPC exporter the address only, without /v1/…; or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
  },
  OTLP_GRPC_OVER_HTTP1: {
    severity: 'error',
    text: 'A gRPC call came over HTTP/1.1, which cannot carry it, or without the Content-Type application/grpc.',
    fix: 'A proxy between may have changed the protocol: let it pass HTTP/2 on, or use OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
  },
  OTLP_WRONG_METHOD: {
    severity: 'warn',
    text: 'OTLP is sent with POST; another method came.',
    fix: 'If this was a browser: the user interface is on another port, 16686 unless it was changed.',
  },
  OTLP_WRONG_CONTENT_TYPE: {
    severity: 'error',
    text: 'The Content-Type is neither application/x-protobuf nor application/json.',
    fix: 'Send the Content-Type that the body has.',
  },
  OTLP_JSON_AS_PROTOBUF: {
    severity: 'error',
    text: 'The body is JSON, but was declared as application/x-protobuf.',
    fix: 'Send it with Content-Type: application/json.',
  },
  OTLP_PROTOBUF_AS_JSON: {
    severity: 'error',
    text: 'The body is not JSON, but was declared as application/json; it looks like protobuf.',
    fix: 'Send it with Content-Type: application/x-protobuf.',
  },
  OTLP_NOT_AS_COMPRESSED: {
    severity: 'error',
    text: 'The body is not compressed the way Content-Encoding says.',
    fix: 'Leave the header out for a plain body. A proxy that unpacks bodies must take it away.',
  },
  OTLP_COMPRESSION_NOT_DECLARED: {
    severity: 'error',
    text: 'The body is compressed, but no Content-Encoding says so.',
    fix: 'Send the header Content-Encoding: gzip (or zstd), or do not compress.',
  },
  OTLP_BAD_ENCODING: {
    severity: 'error',
    text: 'The body is compressed in a way that is not known here.',
    fix: 'Use gzip, zstd, deflate, or none.',
  },
  OTLP_BAD_DATA: {
    severity: 'error',
    text: 'The body is no OTLP.',
    fix: 'The answer says which byte or field is wrong; the sender’s log has it.',
  },
  OTLP_TOO_LARGE: {
    severity: 'error',
    text: 'A request was larger than the limit, or unpacked to more than 200 times its size.',
    fix: 'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE), or raise max_request_body_size or max_recv_msg_size_mib.',
  },
  OTLP_PARTLY_REFUSED: {
    severity: 'error',
    text: 'Part of a request was refused; the rest was taken.',
    fix: 'The answer’s partial_success has the reason; often an id of the wrong length.',
  },
  OTLP_UNBATCHED: {
    severity: 'warn',
    text: 'More than 20 requests in a row carried one item each. That costs sender and receiver many times the work.',
    fix: 'Use BatchSpanProcessor (BatchLogRecordProcessor), not the Simple one.',
  },
  OTLP_TOKEN: {
    severity: 'error',
    text: 'The ingest token is missing or wrong.',
    fix: 'Set OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer TOKEN" on the sender.',
  },
  OTLP_AUTH: {
    severity: 'error',
    text: 'The sender was not let in by the authenticator that is configured.',
    fix: 'Give the sender the credentials that the extension wants, as headers: OTEL_EXPORTER_OTLP_HEADERS or the exporter’s auth.',
  },
  OTLP_CORS_ORIGIN: {
    severity: 'error',
    text: 'A web page of an origin that is not allowed asked to send.',
    fix: 'Add the origin to protocols.http.cors.allowed_origins of the otlp receiver.',
  },
  OTLP_TLS_TO_PLAIN: {
    severity: 'error',
    text: 'TLS was sent to a port that does not speak it.',
    fix: 'Use http:// in the endpoint; for gRPC set OTEL_EXPORTER_OTLP_INSECURE=true (Collector: tls.insecure: true).',
  },
  OTLP_PLAIN_TO_TLS: {
    severity: 'error',
    text: 'Plain text was sent to a port that speaks TLS.',
    fix: 'Use https:// in the endpoint.',
  },
  OTLP_GARBAGE: {
    severity: 'warn',
    text: 'A connection carried neither HTTP/1.1 nor HTTP/2.',
    fix: 'Look at what else may connect to this port, such as a port scan or a health check.',
  },
  OTLP_STALLED: {
    severity: 'warn',
    text: 'A request stopped before it was whole, and was given up.',
    fix: 'Look at the network between, and at whether the sender was paused.',
  },
} as const satisfies Readonly<Record<string, Mistake>>;

/** Text and fix in one, for the body of an answer. */
export const sentenceOf = (code: MistakeCode): string =>
  `${MISTAKES[code].text} ${MISTAKES[code].fix}`;
