// `throughline collect`: Collector pipelines only, with upstream's flags, subcommands and exit codes.

import { askAdmin } from '../../app/collect/admin.ts';
import { collectSettings } from '../../app/collect/settings.ts';
import { type RunningCollector, startCollector } from '../../app/collect/collector.ts';
import { openOwnLog } from '../../app/collect/own-log.ts';
import { tuneGarbageCollection } from '../../app/tune-gc.ts';
import { AppError } from '../../base/app-error.ts';
import { resolveSettings } from '../../config/settings/resolve.ts';
import {
  configSettings,
  loadFromTerminal,
  readConfigArguments,
  sayProblems,
} from '../collector-config.ts';
import type { Command, Terminal } from '../command.ts';
import { programVersion } from '../version.ts';
import { components } from './components.ts';
import { printConfigCommand } from './print-config.ts';
import { validate } from './validate.ts';

const FAILED = 1;
/** Nothing else keeps the process alive where no receiver listens. */
const ALIVE_MS = 60_000;

const settings = { ...configSettings, ...collectSettings };

/** `throughline collect reload --data DIR`: as SIGHUP, but with an answer. */
const reload: Pick<Command, 'run'> = {
  run: async (words, terminal) => {
    const { values, positionals, errors } = resolveSettings(
      { data: collectSettings.data },
      { argv: words, env: terminal.env },
    );
    const problems = [...errors, ...positionals.map((word) => `unexpected "${word}"`)];
    for (const problem of problems) terminal.error(`throughline collect reload: ${problem}\n`);
    if (problems.length > 0) return FAILED;
    const { lines } = (await askAdmin(values.data, 'POST', '/reload')) as { lines: string[] };
    terminal.out(lines.length === 0 ? 'nothing changed\n' : `${lines.join('\n')}\n`);
    return 0;
  },
};

const SUBCOMMANDS: Readonly<Record<string, Pick<Command, 'run'>>> = {
  validate,
  components,
  reload,
  'print-config': printConfigCommand,
  'print-initial-config': printConfigCommand,
  featuregate: {
    run: (_words, terminal) => {
      terminal.out(
        'There are no feature gates here: what a version does is in its documentation.\n',
      );
      return Promise.resolve(0);
    },
  },
};

export const collect: Command = {
  name: 'collect',
  usage: '--config FILE',
  summary: 'Runs Collector pipelines: a drop-in for otelcol.',
  examples: [
    ['throughline collect --config collector.yaml', 'as otelcol --config collector.yaml'],
    ['throughline collect --config collector.yaml --watch', 'taking over changes of the file'],
    ['throughline collect validate --config collector.yaml', 'only check it'],
    [
      'throughline collect reload --data DIR',
      'take over the changed configuration, and say what changed',
    ],
  ],
  settings,
  run: async (words, terminal) => {
    const [word = ''] = words;
    const subcommand = Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined;
    if (subcommand !== undefined) return subcommand.run(words.slice(1), terminal);
    if (words.includes('--version') || words.includes('-v')) {
      terminal.out(`throughline version ${programVersion()}\n`);
      return 0;
    }
    const { values, positionals, errors } = resolveSettings(settings, {
      argv: words,
      env: terminal.env,
    });
    const input = readConfigArguments(values, positionals, errors);
    if (!input.ok) {
      for (const problem of input.error) terminal.error(`throughline collect: ${problem}\n`);
      return FAILED;
    }
    tuneGarbageCollection();
    const load = () => loadFromTerminal(input.value, terminal);
    const loaded = await load();
    sayProblems(loaded, terminal);
    const { document, files } = loaded;
    if (document === undefined) return FAILED;
    const { logger, close } = openOwnLog(document.service.telemetry, {
      stdout: terminal.out,
      stderr: terminal.error,
    });
    const signals = listenToSignals(terminal);
    try {
      const options = {
        settings: values,
        document,
        files,
        load,
        logger,
        version: programVersion(),
      };
      const running = await startCollector(options);
      terminal.error(startLines(running, values.data));
      await serveUntilStopped(running, signals, terminal);
      return 0;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      terminal.error(`throughline collect: ${error.message} [${error.code}]\n`);
      return FAILED;
    } finally {
      close();
    }
  },
};

interface Signals {
  readonly stopped: Promise<void>;
  onReload: () => void;
}

function listenToSignals(terminal: Terminal): Signals {
  const stopped = Promise.withResolvers<void>();
  const signals: Signals = { stopped: stopped.promise, onReload: () => undefined };
  let count = 0;
  const onStop = (signal: NodeJS.Signals): void => {
    count += 1;
    if (count === 1) return stopped.resolve();
    terminal.error('throughline collect: stopping at once; what was acknowledged is in the log\n');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', onStop);
  process.on('SIGTERM', onStop);
  process.on('SIGHUP', () => signals.onReload());
  return signals;
}

async function serveUntilStopped(
  running: RunningCollector,
  signals: Signals,
  terminal: Terminal,
): Promise<void> {
  // What is wrong with a new configuration was logged, with its place.
  signals.onReload = () => void running.reload().catch(() => undefined);
  const alive = setInterval(() => undefined, ALIVE_MS);
  await signals.stopped;
  clearInterval(alive);
  terminal.error('throughline collect: stopping; a second signal stops at once\n');
  await running.stop();
}

function startLines(running: RunningCollector, data: string): string {
  const { pipelines } = running.engine.status();
  const lines = [
    ...running
      .listening()
      .map(({ receiver, name, host, port }) => `  ${receiver} (${name}) on ${host}:${port}`),
    ...running.metrics.map((url) => `  own metrics on ${url}`),
    `  log and queues in ${data}`,
  ];
  return `throughline collect runs ${pipelines.map(({ id }) => id).join(', ')}\n${lines.join('\n')}\n`;
}
