import type { TracesAnswer } from '../../api/contract/traces.ts';
import { formatCount } from '../../base/format/number.ts';
import { formatDuration } from '../../base/format/duration.ts';
import { choice, integer } from '../../config/settings/declare.ts';
import { EXIT } from '../command.ts';
import { clockTime, table } from '../output.ts';
import { emptyText, queryCommand } from '../query-command.ts';
import { rangeOf, rangeSettings } from '../time-range.ts';

const GROUP = 'Result';

export const traces = queryCommand({
  name: 'traces',
  usage: '[QUERY]',
  summary: 'Find traces by anything; the slowest first.',
  examples: [
    ['throughline traces', 'the slowest of the last hour'],
    ['throughline traces \'endpoint = "POST /checkout" and duration > 1s\'', 'slow checkouts'],
    ["throughline traces 'status = error' --sort start --from now-15m", 'the newest with errors'],
  ],
  settings: {
    ...rangeSettings,
    sort: choice({
      group: GROUP,
      of: ['duration', 'start', 'spans', 'errors', 'endpoint'],
      default: 'duration',
      text: 'Order, over the whole range.',
    }),
    order: choice({ group: GROUP, of: ['desc', 'asc'], default: 'desc', text: 'Direction.' }),
    limit: integer({ group: GROUP, min: 1, max: 1_000, default: 20, text: 'Rows at most.' }),
  },
  wordsMax: 1,
  ask: async ({ client, values, words, terminal }) => {
    const { sort, order, limit } = values;
    const answer = await client.json<TracesAnswer>('/traces', {
      ...rangeOf(values),
      q: words[0],
      sort,
      order,
      limit,
    });
    if (values.json) {
      terminal.out(`${JSON.stringify(answer, undefined, 2)}\n`);
      return EXIT.ok;
    }
    if (answer.rows.length === 0) {
      terminal.out(`${emptyText('traces', answer.meta.empty)}\n`);
      return EXIT.ok;
    }
    const rows = answer.rows.map((row) => [
      clockTime(row.start),
      row.service.name,
      row.endpoint,
      formatDuration(row.duration, ' '),
      String(row.spans),
      row.errors === 0 ? '' : String(row.errors),
      row.verdict,
      row.traceId,
    ]);
    terminal.out(
      `${table(
        terminal,
        [
          { title: 'started' },
          { title: 'service' },
          { title: 'endpoint' },
          { title: 'duration', align: 'right' },
          { title: 'spans', align: 'right' },
          { title: 'errors', align: 'right' },
          { title: 'verdict', shrink: true },
          { title: 'trace' },
        ],
        rows,
      )}\n`,
    );
    const total = formatCount(answer.page.total, answer.meta.estimated, ' ');
    terminal.error(`${answer.rows.length} of ${total} traces\n`);
    return EXIT.ok;
  },
});
