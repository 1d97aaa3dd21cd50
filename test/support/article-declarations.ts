// Declarations of those components of the article's configuration that are not in the program yet, with the fields the
// article uses, so that its file can be checked before they are. The program's own win, and a test says when one of
// these is to go.

import type { Catalogue, CatalogueEntry } from '../../src/config/document/catalogue.ts';
import {
  duration,
  enumeration,
  integer,
  list,
  number,
  object,
  optional,
  string,
} from '../../src/config/schema.ts';
import { grpcClient } from '../../src/net/config/grpc-client.ts';
import { httpClient } from '../../src/net/config/http-client.ts';
import { httpServer } from '../../src/net/config/http-server.ts';
import { retryOnFailure } from '../../src/pipeline/config/retry.ts';
import { sendingQueue } from '../../src/pipeline/config/sending-queue.ts';

const all = { traces: 'stable', metrics: 'stable', logs: 'stable' } as const;

const policy = object({
  name: string({ required: true }),
  type: string({ required: true }),
  status_code: optional(object({ status_codes: list(enumeration(['OK', 'ERROR', 'UNSET'])) })),
  latency: optional(object({ threshold_ms: integer({ default: 0 }) })),
  probabilistic: optional(object({ sampling_percentage: number({ default: 0 }) })),
});

const delivery = {
  sending_queue: sendingQueue(),
  retry_on_failure: retryOnFailure(),
};

const DECLARED: readonly CatalogueEntry[] = [
  {
    kind: 'processor',
    type: 'tail_sampling',
    stability: { traces: 'beta' },
    config: object({ decision_wait: duration({ default: '30s' }), policies: list(policy) }),
  },
  {
    kind: 'exporter',
    type: 'otlp_grpc',
    deprecatedTypes: ['otlp'],
    stability: all,
    config: grpcClient({ compression: 'gzip' }).extend(delivery),
  },
  {
    kind: 'exporter',
    type: 'prometheus',
    stability: { metrics: 'beta' },
    config: httpServer({ endpoint: '' }),
  },
  {
    kind: 'exporter',
    type: 'loki',
    stability: { logs: 'beta' },
    config: httpClient({ compression: 'none', timeout: '30s' }).extend(delivery),
  },
  { kind: 'exporter', type: 'debug', stability: all, config: object({}) },
];

const isThere = (catalogue: Catalogue, { kind, type }: CatalogueEntry): boolean =>
  catalogue.some((entry) => entry.kind === kind && entry.type === type);

export const withArticle = (catalogue: Catalogue): Catalogue => [
  ...catalogue,
  ...DECLARED.filter((entry) => !isThere(catalogue, entry)),
];

/** Declarations here whose component is in the program by now. */
export const staleDeclarations = (catalogue: Catalogue): readonly string[] =>
  DECLARED.filter((entry) => isThere(catalogue, entry)).map(({ kind, type }) => `${kind} ${type}`);
