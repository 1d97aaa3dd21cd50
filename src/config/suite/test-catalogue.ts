// A small catalogue for tests of configuration itself: declarations like those of real components, and nothing that runs.

import type { Catalogue } from '../document/catalogue.ts';
import {
  enumeration,
  integer,
  list,
  object,
  optional,
  raw,
  reference,
  secret,
  string,
} from '../schema.ts';

const all = { traces: 'stable', metrics: 'stable', logs: 'stable' } as const;
const endpoint = string({ default: 'localhost:4317', text: 'Where.' });

export const TEST_CATALOGUE: Catalogue = [
  {
    kind: 'receiver',
    type: 'otlp',
    stability: all,
    config: object({
      protocols: object({
        grpc: optional(object({ endpoint }), { initial: 'default' }),
        http: optional(object({ endpoint: string({ default: 'localhost:4318' }) }), {
          initial: 'default',
        }),
      }),
    }),
  },
  { kind: 'receiver', type: 'nop', stability: all, config: object({}) },
  {
    kind: 'processor',
    type: 'batch',
    stability: all,
    config: object({
      send_batch_size: integer({
        default: 8192,
        min: 0,
        unit: 'items',
        text: 'Send at. Not less.',
      }),
    }),
  },
  { kind: 'processor', type: 'memory_limiter', stability: all, config: object({}) },
  {
    kind: 'processor',
    type: 'tail_sampling',
    stability: { traces: 'beta' },
    config: object({ policies: list(raw()) }),
  },
  {
    kind: 'processor',
    type: 'probabilistic_sampler',
    stability: { traces: 'beta', logs: 'alpha' },
    config: object({}),
  },
  {
    kind: 'processor',
    type: 'rate_limiting_sampler',
    ours: true,
    stability: { traces: 'alpha' },
    config: object({}),
  },
  {
    kind: 'exporter',
    type: 'otlp_grpc',
    deprecatedTypes: ['otlp'],
    stability: all,
    config: object({
      endpoint: string({ required: true, text: 'Where to send.' }),
      token: secret({ text: 'Key.' }),
      level: enumeration(['low', 'high'], { default: 'low' }),
      storage: reference('extension', { role: 'storage' }),
      auth: optional(object({ authenticator: reference('extension', { role: 'authenticator' }) })),
    }),
  },
  {
    kind: 'exporter',
    type: 'otlp_http',
    stability: all,
    config: object({ endpoint: string({ default: '' }), traces_endpoint: string({ default: '' }) }),
  },
  {
    kind: 'exporter',
    type: 'prometheus',
    stability: { metrics: 'beta' },
    config: object({ endpoint: string({ required: true }) }),
  },
  { kind: 'exporter', type: 'debug', stability: all, config: object({}) },
  {
    kind: 'connector',
    type: 'forward',
    config: object({}),
    joins: (['traces', 'metrics', 'logs'] as const).map((signal) => ({
      from: signal,
      to: signal,
      stability: 'beta',
    })),
  },
  {
    kind: 'connector',
    type: 'spanmetrics',
    config: object({}),
    joins: [{ from: 'traces', to: 'metrics', stability: 'alpha' }],
  },
  { kind: 'extension', type: 'file_storage', stability: 'beta', config: object({}) },
  {
    kind: 'extension',
    type: 'health_check',
    stability: 'beta',
    config: object({ endpoint: string({ default: 'localhost:13133' }) }),
  },
];
