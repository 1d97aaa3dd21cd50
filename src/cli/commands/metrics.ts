import type { MetricQueryAnswer, MetricsAnswer } from '../../api/contract/metrics.ts';
import { threeDigits } from '../../base/format/number.ts';
import { choice, duration, integer, string } from '../../config/settings/declare.ts';
import { EXIT, type Terminal } from '../command.ts';
import { table } from '../output.ts';
import { queryCommand, showAnswer } from '../query-command.ts';
import { rangeOf, rangeSettings } from '../time-range.ts';

const GROUP = 'Result';
const BLOCKS = '▁▂▃▄▅▆▇█';

export const metrics = queryCommand({
  name: 'metrics',
  usage: '[METRIC]',
  summary: 'The metrics there are; with a name, its series over time.',
  examples: [
    ['throughline metrics', 'which metrics there are'],
    [
      'throughline metrics orders.created --agg rate --by order.region',
      'orders a second by region',
    ],
    [
      'throughline metrics http.server.request.duration --agg quantile --q 0.95',
      'p95 of a histogram',
    ],
  ],
  settings: {
    ...rangeSettings,
    agg: choice({
      group: GROUP,
      of: ['', 'rate', 'increase', 'sum', 'avg', 'min', 'max', 'count', 'quantile', 'last'],
      default: '',
      defaultText: 'what fits its type',
      text: 'How points become a value.',
    }),
    q: string({
      group: GROUP,
      placeholder: 'Q',
      default: '0.95',
      text: 'Quantile, with --agg quantile.',
    }),
    by: string({
      group: GROUP,
      placeholder: 'KEY,KEY',
      default: '',
      text: 'Attributes to keep apart.',
    }),
    filter: string({
      group: GROUP,
      placeholder: 'QUERY',
      default: '',
      text: 'Only series that match.',
    }),
    step: duration({
      group: GROUP,
      default: 0,
      defaultText: 'by the range',
      text: 'Distance of points.',
    }),
    limit: integer({ group: GROUP, min: 1, max: 1_000, default: 20, text: 'Rows at most.' }),
  },
  wordsMax: 1,
  ask: async (asked) => {
    const { client, values, words, terminal } = asked;
    const range = rangeOf(values);
    const [name] = words;
    if (name === undefined) {
      const answer = await client.json<MetricsAnswer>('/metrics', range);
      showAnswer(answer, answer.rows, 'metrics', asked, (it) => showCatalogue(it, terminal));
      return EXIT.ok;
    }
    const answer = await client.json<MetricQueryAnswer>('/metrics/query', {
      ...range,
      name,
      agg: values.agg || undefined,
      q: values.q,
      by: values.by || undefined,
      filter: values.filter || undefined,
      step: values.step > 0 ? String(BigInt(Math.round(values.step)) * 1_000_000n) : undefined,
      limit: values.limit,
    });
    showAnswer(answer, answer.series, 'series', asked, (it) => showSeries(it, terminal));
    return EXIT.ok;
  },
});

function showCatalogue(answer: MetricsAnswer, terminal: Terminal): void {
  const rows = answer.rows.map(({ name, type, unit, series, description }) => [
    name,
    type,
    unit,
    String(series),
    description,
  ]);
  const columns = [
    { title: 'metric' },
    { title: 'type' },
    { title: 'unit' },
    { title: 'series', align: 'right' },
    { title: 'description', shrink: true },
  ] as const;
  terminal.out(`${table(terminal, columns, rows)}\n`);
}

function showSeries(answer: MetricQueryAnswer, terminal: Terminal): void {
  const rows = answer.series.map(({ labels, values }) => {
    const known = values.filter((value) => value !== null);
    const number = (value: number | undefined): string =>
      value === undefined ? '–' : threeDigits(value);
    return [
      labels.map(({ key, value }) => `${key}=${value}`).join(' ') || 'all',
      spark(values),
      number(known.at(-1)),
      number(known.length === 0 ? undefined : Math.min(...known)),
      number(known.length === 0 ? undefined : Math.max(...known)),
    ];
  });
  const columns = [
    { title: `${answer.agg}${answer.unit === '' ? '' : `, ${answer.unit}`}`, shrink: true },
    { title: '' },
    { title: 'last', align: 'right' },
    { title: 'min', align: 'right' },
    { title: 'max', align: 'right' },
  ] as const;
  terminal.out(`${table(terminal, columns, rows)}\n`);
  if (answer.note !== null) terminal.error(`${answer.note}\n`);
}

/** At most 40 blocks; a step without a value is a blank. */
function spark(values: ReadonlyArray<number | null>): string {
  const stride = Math.max(1, Math.ceil(values.length / 40));
  const taken = values.filter((_, i) => i % stride === 0);
  const max = Math.max(0, ...taken.filter((value) => value !== null));
  return taken
    .map((value) =>
      value === null ? ' ' : (BLOCKS[max === 0 ? 0 : Math.round((value / max) * 7)] ?? ' '),
    )
    .join('');
}
