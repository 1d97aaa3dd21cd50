// The contract's sources, and what openapi/schemas.ts has to hold: `node src/api/native/suite/write-schemas.ts` writes it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, schemasOf } from './schema-of-types.ts';

/** In the order of what uses what. */
const FILES = ['common', 'overview', 'logs', 'metrics', 'status', 'traces', 'transfer'] as const;

export const CONTRACT_SOURCES: readonly string[] = FILES.map((name) =>
  readFileSync(join(import.meta.dirname, '../../contract', `${name}.ts`), 'utf8'),
);

export const contractSchemas = (): Record<string, Schema> => schemasOf(CONTRACT_SOURCES);

export const SCHEMAS_FILE = join(import.meta.dirname, '../openapi/schemas.ts');

export function schemasModule(): string {
  const lines = Object.entries(contractSchemas()).map(
    ([name, schema]) => `  ${name}: ${quoted(JSON.stringify(schema))},`,
  );
  return [
    '// Generated from src/api/contract by suite/write-schemas.ts; a test tells when it has to be run again.',
    '// JSON Schema of each type, as text: one line a type.',
    '',
    'export const SCHEMA_TEXTS: Readonly<Record<string, string>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
