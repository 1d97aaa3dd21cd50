import type { WhyAnswer } from '../../api/contract/traces.ts';
import { duration } from '../../config/settings/declare.ts';
import { EXIT, type Terminal } from '../command.ts';
import { paint, printable } from '../output.ts';
import { emptyText, queryCommand } from '../query-command.ts';
import { rangeFrom, rangeOf } from '../time-range.ts';

const TRACE_ID = /^[0-9a-f]{32}$/i;

export const why = queryCommand({
  name: 'why',
  usage: '[TRACE or "POST /checkout"]',
  summary: 'Where the time of a request went: the annotated tree and one sentence.',
  examples: [
    ['throughline why', 'the slowest trace of the last 15 minutes'],
    ['throughline why "POST /checkout"', 'the slowest one of that endpoint'],
    ['throughline why --from now-2h --to now-1h', 'the slowest one of another time'],
    [
      'throughline why 4f1c09be7d1e4b0a9c3f5d2e8a7b6c51',
      'that trace, waiting a moment if it is still arriving',
    ],
  ],
  settings: {
    ...rangeFrom('now-15m'),
    wait: duration({
      group: 'Range',
      default: 5_000,
      text: 'How long to wait for a trace that is still arriving.',
    }),
  },
  wordsMax: 1,
  ask: async ({ client, values, words, terminal }) => {
    const [word] = words;
    const isId = word !== undefined && TRACE_ID.test(word);
    const answer = await client.json<WhyAnswer>('/why', {
      trace: isId ? word.toLowerCase() : undefined,
      endpoint: isId ? undefined : word,
      ...rangeOf(values),
      wait: values.wait,
    });
    if (values.json) terminal.out(`${JSON.stringify(answer, undefined, 2)}\n`);
    else if (answer.meta.empty !== null)
      terminal.out(`${emptyText('traces', answer.meta.empty)}\n`); // an answer, not a finding
    else show(answer, client.server, terminal);
    return answer.meta.empty === null && answer.verdict.culprit !== null ? EXIT.finding : EXIT.ok;
  },
});

function show(answer: WhyAnswer, server: string, terminal: Terminal): void {
  const tree = answer.tree.map((line) => {
    const text = printable(line);
    if (text.includes('<-- root cause')) return paint(terminal, 'red', text);
    return text.includes('<-- slow') ? paint(terminal, 'yellow', text) : text;
  });
  const preliminary = answer.arriving ? ' Spans may still arrive.' : '';
  terminal.out(
    `${tree.join('\n')}\n\n${paint(terminal, 'bold', printable(answer.sentence))}${preliminary}\n`,
  );
  terminal.out(`${paint(terminal, 'dim', printable(`${server}${answer.url}`))}\n`);
}
