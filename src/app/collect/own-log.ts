// The program's own log as `service::telemetry::logs` wants it.

import { createWriteStream, type WriteStream } from 'node:fs';
import type { TelemetryConfig } from '../../config/document/telemetry.ts';
import {
  createLogger,
  type Logger,
  type LogFields,
  type LogLevel,
} from '../../telemetry/logger.ts';

/** zap's levels above error are errors here: nothing panics. */
const levelOf = (level: TelemetryConfig['logs']['level']): LogLevel =>
  level === 'debug' || level === 'info' || level === 'warn' ? level : 'error';

export interface OwnLog {
  readonly logger: Logger;
  readonly close: () => void;
}

export function openOwnLog(
  { logs }: TelemetryConfig,
  out: { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void },
): OwnLog {
  const files: WriteStream[] = [];
  const writers = logs.output_paths.map((path) => {
    if (path === 'stdout' || path === 'stderr') return out[path];
    const file = createWriteStream(path, { flags: 'a' });
    file.on('error', (error) => out.stderr(`own log: ${path}: ${error.message}\n`));
    files.push(file);
    return (text: string): void => void file.write(text);
  });
  const logger = createLogger(
    {
      level: levelOf(logs.level),
      format: logs.encoding === 'json' ? 'json' : 'text',
      write: (line) => writers.forEach((write) => write(line)),
    },
    fieldsOf(logs.initial_fields),
  );
  return { logger, close: () => files.forEach((file) => file.end()) };
}

function fieldsOf(initial: Readonly<Record<string, unknown>>): LogFields {
  const fields: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(initial)) {
    const plain = typeof value === 'number' || typeof value === 'boolean';
    fields[key] = plain ? value : typeof value === 'string' ? value : JSON.stringify(value);
  }
  return fields;
}
