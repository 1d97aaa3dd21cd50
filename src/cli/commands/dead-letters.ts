// `throughline dead-letters`: what exporters could not deliver for good, and sending it again.

import { collectSettings } from '../../app/collect/settings.ts';
import { askAdmin, type DeadLetterRow } from '../../app/collect/admin.ts';
import { resolveSettings } from '../../config/settings/resolve.ts';
import { EXIT, type Command, type Terminal } from '../command.ts';
import { table } from '../output.ts';

const settings = { data: collectSettings.data };

export const deadLetters: Command = {
  name: 'dead-letters',
  usage: 'list | resend EXPORTER',
  summary: 'What exporters could not deliver: lists it, or sends it again.',
  examples: [
    ['throughline dead-letters list', 'with the reason'],
    ['throughline dead-letters resend otlp/jaeger', 'after the cause is put right'],
  ],
  settings,
  run: async (words, terminal) => {
    const { values, positionals, errors } = resolveSettings(settings, {
      argv: words,
      env: terminal.env,
    });
    const [verb, of, ...rest] = positionals;
    const usable = verb === 'list' ? of === undefined : verb === 'resend' && of !== undefined;
    const problems = [...errors, ...rest.map((word) => `unexpected "${word}"`)];
    if (!usable) problems.push('usage: throughline dead-letters list | resend EXPORTER');
    if (problems.length > 0) {
      for (const problem of problems) terminal.error(`throughline dead-letters: ${problem}\n`);
      return EXIT.usage;
    }
    if (verb === 'list') return list(values.data, terminal);
    const path = `/dead-letters/resend?of=${encodeURIComponent(of ?? '')}`;
    const { requests } = (await askAdmin(values.data, 'POST', path)) as { requests: number };
    terminal.out(`${requests} ${requests === 1 ? 'request goes' : 'requests go'} to ${of} again\n`);
    return EXIT.ok;
  },
};

async function list(data: string, terminal: Terminal): Promise<number> {
  const rows = (await askAdmin(data, 'GET', '/dead-letters')) as DeadLetterRow[];
  if (rows.length === 0) {
    terminal.out('There are none.\n');
    return EXIT.ok;
  }
  const columns = [
    { title: 'Failed at' },
    { title: 'Exporter' },
    { title: 'Items', align: 'right' },
    { title: 'Reason', shrink: true },
  ] as const;
  const cells = rows.map((row) => [
    new Date(row.failedAtMs).toISOString(),
    row.of,
    String(row.items),
    row.reason,
  ]);
  terminal.out(`${table(terminal, columns, cells)}\n`);
  return EXIT.ok;
}
