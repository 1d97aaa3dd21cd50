// Our own log: one line an event, for people (`text`) or machines (`json`), on stderr.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry these fields too. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLogger(options: LoggerOptions, bound: LogFields = {}): Logger {
  const now = options.now ?? Date.now;
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (ORDER[level] < ORDER[options.level]) return;
      const time = new Date(now()).toISOString();
      const all = { ...bound, ...fields };
      options.write(
        options.format === 'json'
          ? `${JSON.stringify({ time, level, message, ...all })}\n`
          : `${time} ${level.padEnd(5)} ${message}${fieldText(all)}\n`,
      );
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => createLogger(options, { ...bound, ...fields }),
  };
}

/** A logger that says nothing, for tests of parts that log. */
export const silentLogger: Logger = createLogger({
  level: 'error',
  format: 'text',
  write: () => {},
});

function fieldText(fields: LogFields): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => `${key}=${/[\s"=]/.test(String(value)) ? JSON.stringify(value) : value}`,
    );
  return parts.length === 0 ? '' : `  ${parts.join(' ')}`;
}
