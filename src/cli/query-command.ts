// The frame of every command that asks a running server: settings, errors, `--json`.

import { AppError } from '../base/app-error.ts';
import { printable } from './output.ts';
import type { AnswerMeta, EmptyReason } from '../api/contract/common.ts';
import type { Settings, ValuesOf } from '../config/settings/declare.ts';
import { resolveSettings } from '../config/settings/resolve.ts';
import { ApiClient, clientSettings } from './client.ts';
import { EXIT, type Command, type Terminal } from './command.ts';

export interface Asked<S extends Settings> {
  readonly client: ApiClient;
  readonly values: ValuesOf<S> & ValuesOf<typeof clientSettings>;
  readonly words: readonly string[];
  readonly terminal: Terminal;
}

export interface QueryCommandInit<S extends Settings> extends Omit<Command, 'run' | 'settings'> {
  readonly settings: S;
  /** At most this many words after the command. */
  readonly wordsMax: number;
  readonly ask: (asked: Asked<S>) => Promise<number>;
}

export function queryCommand<S extends Settings>(init: QueryCommandInit<S>): Command {
  const settings = { ...init.settings, ...clientSettings };
  return {
    ...init,
    settings,
    run: async (argv, terminal) => {
      const resolved = resolveSettings(settings, { argv, env: terminal.env });
      const values = resolved.values as Asked<S>['values'];
      const { positionals } = resolved;
      const problems = [...resolved.errors];
      if (positionals.length > init.wordsMax) {
        problems.push(
          `too many words: "${positionals.slice(init.wordsMax).join(' ')}"; put a query in quotes`,
        );
      }
      if (problems.length > 0) {
        for (const problem of problems) terminal.error(`throughline ${init.name}: ${problem}\n`);
        return EXIT.usage;
      }
      const client = new ApiClient(values, terminal.signal);
      try {
        return await init.ask({ client, values, words: positionals, terminal });
      } catch (error) {
        return failed(error, init.name, terminal);
      }
    },
  };
}

function failed(error: unknown, name: string, terminal: Terminal): number {
  if (terminal.signal.aborted) return 130;
  if (!(error instanceof AppError)) throw error;
  terminal.error(`throughline ${name}: ${error.message}\n`);
  if (error.code === 'SERVER_UNREACHABLE' || error.code === 'SERVER_ANSWER_UNKNOWN')
    return EXIT.unreachable;
  return error.retryable ? EXIT.unreachable : EXIT.usage;
}

/** As JSON where that was asked for; else the sentence that says why there are no rows, or what `show` makes of them. */
export function showAnswer<A extends { readonly meta: AnswerMeta }>(
  answer: A,
  rows: readonly unknown[],
  what: string,
  { values, terminal }: Pick<Asked<Settings>, 'values' | 'terminal'>,
  show: (answer: A) => void,
): void {
  if (values.json) terminal.out(`${JSON.stringify(answer, undefined, 2)}\n`);
  else if (rows.length === 0) terminal.out(`${emptyText(what, answer.meta.empty)}\n`);
  else show(answer);
}

/** Why there are no rows, in a sentence. */
export function emptyText(what: string, empty: EmptyReason | null): string {
  switch (empty?.kind) {
    case undefined:
      return `No ${what}.`;
    case 'never':
      return `No ${what} have ever arrived. Point an SDK at this server: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318`;
    case 'not-in-range':
      return `No ${what} in this range${empty.last === null ? '' : `; the last came at ${new Date(Number(BigInt(empty.last) / 1_000_000n)).toISOString()}`}. Widen it with --from.`;
    case 'filtered':
      return empty.term === null
        ? `The filter leaves no ${what}.`
        : `The filter leaves no ${what}: none has ${printable(empty.term)}${empty.seen.length === 0 ? '' : ` (seen: ${empty.seen.map(printable).join(', ')})`}.`;
    case 'not-kept':
      return `What was there is no longer kept: the oldest is of ${new Date(Number(BigInt(empty.oldest) / 1_000_000n)).toISOString()}.`;
    case 'failed':
      return `The query failed: ${empty.error.message}`;
  }
}
