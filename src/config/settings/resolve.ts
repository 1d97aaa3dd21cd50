// Where a setting's value comes from: the flag, else the environment variable, else the settings file, else the default.

import { suggest } from '../suggest.ts';
import type { Setting, Settings, ValuesOf } from './declare.ts';

export interface SettingsFile {
  readonly path: string;
  /** Scalars and lists of scalars by key, with the line they stand on. */
  readonly entries: ReadonlyArray<{
    readonly key: string;
    readonly values: readonly string[];
    readonly line: number;
  }>;
}

export interface ResolveInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: SettingsFile | undefined;
}

export interface Resolved<S extends Settings> {
  readonly values: ValuesOf<S>;
  /** Words that are no flags, in order. */
  readonly positionals: readonly string[];
  /** Where each value that is not the default came from, e.g. `--data`, `THROUGHLINE_DATA`, `throughline.yaml:3`. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is wrong, all of it; empty when the values may be used. */
  readonly errors: readonly string[];
}

export const flagName = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const variableName = (key: string): string =>
  `THROUGHLINE_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export function resolveSettings<S extends Settings>(settings: S, input: ResolveInput): Resolved<S> {
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  const errors: string[] = [];
  for (const [key, setting] of Object.entries(settings)) values[key] = setting.default;

  const take = (
    key: string,
    setting: Setting<unknown>,
    texts: readonly string[],
    source: string,
  ): void => {
    let value: unknown = setting.default;
    for (const text of texts) {
      const parsed = setting.parse(text, value);
      if (!parsed.ok) {
        errors.push(`${source}: ${parsed.error}`);
        return;
      }
      value = parsed.value;
    }
    values[key] = value;
    sources[key] = source;
  };

  readFile(settings, input.file, take, errors);
  for (const [key, setting] of Object.entries(settings)) {
    const text = input.env[variableName(key)];
    if (text === undefined) continue;
    take(key, setting, setting.repeatable ? text.split(',') : [text], variableName(key));
  }
  const positionals = readArguments(settings, input.argv, take, errors);
  return { values: values as ValuesOf<S>, positionals, sources, errors };
}

type Take = (
  key: string,
  setting: Setting<unknown>,
  texts: readonly string[],
  source: string,
) => void;

function readFile(
  settings: Settings,
  file: SettingsFile | undefined,
  take: Take,
  errors: string[],
): void {
  const byName = new Map(Object.keys(settings).map((key) => [flagName(key).slice(2), key]));
  for (const { key: name, values, line } of file?.entries ?? []) {
    const key = byName.get(name);
    const setting = key === undefined ? undefined : settings[key];
    const source = `${file?.path ?? ''}:${line}`;
    if (key === undefined || setting === undefined) {
      errors.push(`${source}: unknown setting "${name}"${didYouMean(name, byName.keys())}`);
    } else {
      take(key, setting, values, source);
    }
  }
}

function readArguments(
  settings: Settings,
  argv: readonly string[],
  take: Take,
  errors: string[],
): string[] {
  const byFlag = new Map(Object.keys(settings).map((key) => [flagName(key), key]));
  const collected = new Map<string, string[]>();
  const positionals: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') {
      positionals.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('--')) {
      positionals.push(word);
      continue;
    }
    const [flag, inline] = splitOnce(word);
    const negated = flag.startsWith('--no-') ? `--${flag.slice(5)}` : undefined;
    const key = byFlag.get(flag) ?? (negated === undefined ? undefined : byFlag.get(negated));
    const setting = key === undefined ? undefined : settings[key];
    if (key === undefined || setting === undefined) {
      errors.push(`unknown flag ${flag}${didYouMean(flag, byFlag.keys())}; --help lists them all`);
      continue;
    }
    const text = valueOf(
      setting,
      inline,
      negated !== undefined && !byFlag.has(flag),
      argv,
      () => (i += 1),
    );
    if (text === undefined) errors.push(`${flag} needs a value: ${flag} ${setting.placeholder}`);
    else collected.set(key, [...(collected.get(key) ?? []), text]);
  }
  for (const [key, texts] of collected) {
    const setting = settings[key];
    if (setting !== undefined) take(key, setting, texts, flagName(key));
  }
  return positionals;

  function valueOf(
    setting: Setting<unknown>,
    inline: string | undefined,
    negated: boolean,
    words: readonly string[],
    advance: () => number,
  ): string | undefined {
    if (setting.placeholder === '') return negated ? 'false' : (inline ?? 'true');
    return inline ?? words[advance()];
  }
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function didYouMean(word: string, known: Iterable<string>): string {
  const near = suggest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
