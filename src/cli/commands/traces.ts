import type { TracesAnswer } from '../../api/contract/traces.ts';
import { formatCount } from '../../base/format/number.ts';
import { formatDuration } from '../../base/format/duration.ts';
import { choice, integer } from '../../config/settings/declare.ts';
import { EXIT, type Terminal } from '../command.ts';
import { clockTime, table } from '../output.ts';
import { queryCommand, showAnswer } from '../query-command.ts';
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
  ask: async (asked) => {
    const { client, values, words, terminal } = asked;
    const { sort, order, limit } = values;
    const answer = await client.json<TracesAnswer>('/traces', {
      ...rangeOf(values),
      q: words[0],
      sort,
      order,
      limit,
    });
    showAnswer(answer, answer.rows, 'traces', asked, (found) => showTraces(found, terminal));
    return EXIT.ok;
  },
});

function showTraces({ rows, page, meta }: TracesAnswer, terminal: Terminal): void {
  const cells = rows.map((row) => [
    clockTime(row.start),
    row.service.name,
    row.endpoint,
    formatDuration(row.duration, ' '),
    String(row.spans),
    row.errors === 0 ? '' : String(row.errors),
    row.verdict,
    row.traceId,
  ]);
  const columns = [
    { title: 'started' },
    { title: 'service' },
    { title: 'endpoint' },
    { title: 'duration', align: 'right' },
    { title: 'spans', align: 'right' },
    { title: 'errors', align: 'right' },
    { title: 'verdict', shrink: true },
    { title: 'trace' },
  ] as const;
  terminal.out(`${table(terminal, columns, cells)}\n`);
  const total = formatCount(page.total, meta.estimated, ' ');
  terminal.error(`${rows.length} of ${total} traces\n`);
}
