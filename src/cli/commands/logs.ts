import type { LogRow, LogsAnswer } from '../../api/contract/logs.ts';
import { formatCount } from '../../base/format/number.ts';
import { choice, integer } from '../../config/settings/declare.ts';
import { EXIT, type Terminal } from '../command.ts';
import { clockTime, paint, printable } from '../output.ts';
import { queryCommand, showAnswer } from '../query-command.ts';
import { rangeOf, rangeSettings } from '../time-range.ts';

const GROUP = 'Result';

export const logs = queryCommand({
  name: 'logs',
  usage: '[QUERY]',
  summary: 'Find log records; the newest last.',
  examples: [
    ['throughline logs', 'the newest of the last hour'],
    ['throughline logs \'service = "payment-service" and level >= warn\'', 'what went wrong there'],
  ],
  settings: {
    ...rangeSettings,
    order: choice({
      group: GROUP,
      of: ['desc', 'asc'],
      default: 'desc',
      text: 'Which end of the range to take.',
    }),
    limit: integer({ group: GROUP, min: 1, max: 5_000, default: 50, text: 'Rows at most.' }),
  },
  wordsMax: 1,
  ask: async (asked) => {
    const { client, values, words, terminal } = asked;
    const { order, limit } = values;
    const range = rangeOf(values);
    const answer = await client.json<LogsAnswer>('/logs', { ...range, q: words[0], order, limit });
    showAnswer(answer, answer.rows, 'logs', asked, ({ rows, page, meta }) => {
      const shown = order === 'desc' ? rows.toReversed() : rows;
      for (const row of shown) terminal.out(`${logLine(row, terminal)}\n`);
      const total = formatCount(page.total, meta.estimated, ' ');
      terminal.error(`${rows.length} of ${total} lines\n`);
    });
    return EXIT.ok;
  },
});

/** One record on one line; the trace id at its end, to be given to `why`. */
export function logLine(row: LogRow, terminal: Terminal): string {
  const level = row.level === 'unknown' ? '' : row.level.toUpperCase();
  const shown =
    row.level === 'error' || row.level === 'fatal'
      ? paint(terminal, 'red', level.padEnd(5))
      : row.level === 'warn'
        ? paint(terminal, 'yellow', level.padEnd(5))
        : level.padEnd(5);
  const trace = row.traceId === '' ? '' : `  ${paint(terminal, 'dim', row.traceId)}`;
  return `${clockTime(row.time)} ${shown} ${printable(row.service.name)}  ${printable(row.body)}${trace}`;
}
