// Finds the command that the first word names; without one it is the server.

import { AppError } from '../base/app-error.ts';
import { helpFor } from '../config/settings/help.ts';
import { suggest } from '../config/suggest.ts';
import { EXIT, type Command, type Terminal } from './command.ts';
import { collect } from './commands/collect.ts';
import { completionCommand } from './commands/completion.ts';
import { components } from './commands/components.ts';
import { deadLetters } from './commands/dead-letters.ts';
import { logs } from './commands/logs.ts';
import { metrics } from './commands/metrics.ts';
import { printConfigCommand } from './commands/print-config.ts';
import { serve } from './commands/serve.ts';
import { tail } from './commands/tail.ts';
import { traces } from './commands/traces.ts';
import { exportCommand, importCommand } from './commands/transfer.ts';
import { validate } from './commands/validate.ts';
import { why } from './commands/why.ts';
import { programVersion } from './version.ts';

const completion = completionCommand(() => COMMANDS);

const COMMANDS: readonly Command[] = [
  serve,
  why,
  traces,
  logs,
  metrics,
  tail,
  exportCommand,
  importCommand,
  collect,
  deadLetters,
  validate,
  components,
  printConfigCommand,
  completion,
];

/** @returns the process's exit code. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const [word] = argv;
  if (word === '--version' || word === '-v' || word === 'version') {
    terminal.out(`throughline ${programVersion()}\n`);
    return EXIT.ok;
  }
  const named = COMMANDS.find(({ name }) => name === word && name !== '');
  const command = named ?? serve;
  const words = named === undefined ? argv : argv.slice(1);
  if (word === 'help' || asksForHelp(words)) {
    const about = word === 'help' ? COMMANDS.find(({ name }) => name === argv[1]) : command;
    terminal.out(helpText(about ?? serve));
    return EXIT.ok;
  }
  if (named === undefined && word !== undefined && !word.startsWith('-')) {
    const near = suggest(
      word,
      COMMANDS.map(({ name }) => name),
    );
    terminal.error(
      `throughline: there is no command "${word}"${near === undefined || near === '' ? '' : `; did you mean ${near}?`}\n` +
        'throughline --help lists the commands\n',
    );
    return EXIT.usage;
  }
  try {
    return await command.run(words, terminal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.error(`throughline: ${error.message} [${error.code}]\n`);
    return EXIT.finding;
  }
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.some((word, i) => (word === '--help' || word === '-h') && (end < 0 || i < end));
}

function helpText(command: Command): string {
  const name = ['throughline', command.name].filter((part) => part !== '').join(' ');
  const others = COMMANDS.filter((other) => other.name !== '').map(
    (other) => `  ${other.name.padEnd(14)}${other.summary}`,
  );
  const width = Math.max(...command.examples.map(([line]) => line.length));
  return [
    command.summary,
    `Usage: ${name} ${command.usage}`.trimEnd(),
    ...(command === serve ? [`Commands:\n${others.join('\n')}`] : []),
    `Examples:\n${command.examples.map(([line, text]) => `  ${line.padEnd(width)}  ${text}`).join('\n')}`,
    helpFor(command.settings),
    ...(command === serve
      ? ['Exit codes: 0 done, 1 finding or failure, 2 usage, 3 server not reachable.']
      : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function processTerminal(): Terminal {
  const abort = new AbortController();
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    color: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    columns: process.stdout.columns ?? 120,
    env: process.env,
    cwd: process.cwd(),
    get signal() {
      process.once('SIGINT', () => abort.abort());
      return abort.signal;
    },
  };
}
