// `throughline` itself: the server in the foreground.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineSource } from '../../app/pipelines.ts';
import { serverSettings } from '../../app/settings.ts';
import { startThroughline, type RunningThroughline } from '../../app/start.ts';
import { tuneGarbageCollection } from '../../app/tune-gc.ts';
import { AppError } from '../../base/app-error.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ValuesOf } from '../../config/settings/declare.ts';
import { resolveSettings, type SettingsFile } from '../../config/settings/resolve.ts';
import { readSettingsFile } from '../../config/settings/settings-file.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { configSettings, loadFromTerminal, sayProblems } from '../collector-config.ts';
import { EXIT, type Command, type Terminal } from '../command.ts';
import { askYesNo } from '../question.ts';
import { startScreen } from '../start-screen.ts';
import { programVersion } from '../version.ts';

const DEFAULT_FILE = 'throughline.yaml';

const { config, set } = configSettings;
const settings = { ...serverSettings, config, set };
type ServeSettings = ValuesOf<typeof settings>;

export const serve: Command = {
  name: '',
  usage: '[flags]',
  summary:
    'Receives OpenTelemetry data, stores it, and shows where the time of a slow request went.',
  examples: [
    ['throughline', 'receive on 4317 and 4318, UI on http://127.0.0.1:16686'],
    ['throughline --demo', 'with a small shop that has a slow checkout'],
    [
      'throughline --data /var/lib/throughline --retention 30d --max-disk 100GiB',
      'on a small server',
    ],
    ['throughline --config collector.yaml', 'with the receivers and pipelines of a Collector'],
  ],
  settings,
  run: async (words, terminal) => {
    const read = readSettings(words, terminal);
    if (!read.ok) {
      for (const problem of read.error) terminal.error(`throughline: ${problem}\n`);
      return EXIT.usage;
    }
    const { value } = read;
    if (value.config.length === 0) return serveUntilStopped(value, undefined, terminal);
    const load = () => loadFromTerminal({ uris: value.config, sets: value.set }, terminal);
    const loaded = await load();
    sayProblems(loaded, terminal);
    const { document } = loaded;
    if (document === undefined) return EXIT.finding;
    return serveUntilStopped(value, { document, load }, terminal);
  },
};

function readSettings(
  words: readonly string[],
  terminal: Terminal,
): Result<ServeSettings, readonly string[]> {
  const first = resolveSettings(settings, { argv: words, env: terminal.env });
  const file = settingsFile(first.values.settings, terminal.cwd);
  if (!file.ok) return err([file.error]);
  const { values, positionals, errors } = resolveSettings(settings, {
    argv: words,
    env: terminal.env,
    file: file.value,
  });
  const stray = positionals.map((word) => `unexpected "${word}"; flags begin with --`);
  const problems = [...errors, ...stray];
  return problems.length === 0 ? ok(values) : err(problems);
}

function settingsFile(
  named: string | undefined,
  cwd: string,
): Result<SettingsFile | undefined, string> {
  const path = named ?? join(cwd, DEFAULT_FILE);
  if (!existsSync(path)) {
    return named === undefined ? ok(undefined) : err(`--settings: there is no file ${named}`);
  }
  return readSettingsFile(named ?? DEFAULT_FILE, readFileSync(path, 'utf8'));
}

async function serveUntilStopped(
  values: ServeSettings,
  pipelines: PipelineSource | undefined,
  terminal: Terminal,
): Promise<number> {
  tuneGarbageCollection();
  const logger = createLogger({
    level: values.logLevel,
    format: values.logFormat,
    write: terminal.error,
  });
  const stopRequested = Promise.withResolvers<NodeJS.Signals>();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals === 1) return stopRequested.resolve(signal);
    terminal.error('throughline: stopping at once; what was acknowledged is in the log\n');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  const version = programVersion();
  let running: RunningThroughline;
  try {
    running = await startThroughline(values, {
      logger,
      pipelines,
      version,
      progress: (text) => terminal.error(`throughline: ${text}\n`),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.error(`throughline: ${error.message} [${error.code}]\n`);
    return EXIT.finding;
  }
  terminal.out(startScreen(running.addresses, values, version, terminal));
  if (pipelines !== undefined) {
    // What is wrong with a new configuration was logged, with its place.
    process.on('SIGHUP', () => void running.reload().catch(() => undefined));
  }
  await stopRequested.promise;
  terminal.error('\nthroughline: stopping; a second signal stops at once\n');
  const deleteData =
    values.demo && process.stdin.isTTY && (await askYesNo('Delete the demo’s data?', terminal));
  await running.stop({ deleteDemoData: deleteData });
  return EXIT.ok;
}
