import type { TailEvent } from '../../api/contract/logs.ts';
import { EXIT } from '../command.ts';
import { queryCommand } from '../query-command.ts';
import { logLine } from './logs.ts';

export const tail = queryCommand({
  name: 'tail',
  usage: '[QUERY]',
  summary: 'Log records as they arrive, until Ctrl-C.',
  examples: [["throughline tail 'level >= warn'", 'only warnings and errors']],
  settings: {},
  wordsMax: 1,
  ask: async ({ client, values, words, terminal }) => {
    const response = await client.fetch(
      '/logs/tail',
      { q: words[0] },
      { headers: { accept: 'text/event-stream' } },
    );
    for await (const event of serverSentEvents(response)) {
      if (event.name !== 'lines') continue;
      const { rows, skipped } = JSON.parse(event.data) as TailEvent;
      for (const row of rows)
        terminal.out(values.json ? `${JSON.stringify(row)}\n` : `${logLine(row, terminal)}\n`);
      if (skipped > 0) terminal.error(`… ${skipped} more lines came in this moment\n`);
    }
    return EXIT.ok;
  },
});

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
async function* serverSentEvents(
  response: Response,
): AsyncGenerator<{ readonly name: string; readonly data: string }> {
  let buffered = '';
  for await (const text of (response.body ?? new ReadableStream()).pipeThrough(
    new TextDecoderStream(),
  )) {
    buffered += text;
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string): string[] =>
        lines.flatMap((line) =>
          line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trimStart()] : [],
        );
      yield { name: field('event')[0] ?? 'message', data: field('data').join('\n') };
    }
  }
}
