// A setting is declared once: flag, THROUGHLINE_* variable, key of the settings file, help and documentation all derive
// from the declaration.

import { err, ok, type Result } from '../../base/result.ts';
import { parseBytes, printBytes } from '../units/bytes.ts';
import { parseDuration, printDuration } from '../units/duration.ts';

export interface Setting<T> {
  /** What stands for the value in help: `DIR`, `PORT`. Empty: a switch. */
  readonly placeholder: string;
  readonly default: T;
  /** How the default reads in help, where it is not the value itself. */
  readonly defaultText: string;
  readonly text: string;
  readonly group: string;
  /** May be given several times; values are collected. */
  readonly repeatable: boolean;
  /** From flag, variable or file. `previous` is what was collected so far, for repeatable ones. */
  parse(text: string, previous: T): Result<T, string>;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

export type ValuesOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

interface Common<T> {
  readonly text: string;
  readonly group: string;
  readonly default: T;
  readonly defaultText?: string;
  readonly placeholder?: string;
}

const setting = <T>(
  common: Common<T>,
  placeholder: string,
  defaultText: string,
  parse: (text: string, previous: T) => Result<T, string>,
  repeatable = false,
): Setting<T> => ({
  placeholder: common.placeholder ?? placeholder,
  default: common.default,
  defaultText: common.defaultText ?? defaultText,
  text: common.text,
  group: common.group,
  repeatable,
  parse,
});

export const string = (common: Common<string>): Setting<string> =>
  setting(common, 'TEXT', common.default, (text) => ok(text));

export const optionalString = (
  common: Omit<Common<string | undefined>, 'default'>,
): Setting<string | undefined> =>
  setting({ ...common, default: undefined }, 'TEXT', '', (text) => ok(text));

export const list = (
  common: Omit<Common<readonly string[]>, 'default'>,
): Setting<readonly string[]> =>
  setting<readonly string[]>(
    { ...common, default: [] },
    'TEXT',
    '',
    (text, previous) => ok([...previous, text]),
    true,
  );

const TRUE = new Set(['true', '1', 'yes', 'on', '']);
const FALSE = new Set(['false', '0', 'no', 'off']);

export const boolean = (common: Common<boolean>): Setting<boolean> =>
  setting({ ...common, placeholder: '' }, '', common.default ? 'on' : '', (text) => {
    const word = text.toLowerCase();
    if (TRUE.has(word)) return ok(true);
    return FALSE.has(word) ? ok(false) : err(`"${text}" is neither true nor false`);
  });

export const integer = (
  common: Common<number> & { readonly min: number; readonly max: number },
): Setting<number> =>
  setting(common, 'N', String(common.default), (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= common.min && value <= common.max && text.trim() !== '')
      return ok(value);
    return err(`"${text}" is not a whole number from ${common.min} to ${common.max}`);
  });

export const port = (common: Common<number>): Setting<number> =>
  integer({ placeholder: 'PORT', ...common, min: 0, max: 65_535 });

/** Milliseconds. */
export const duration = (common: Common<number>): Setting<number> =>
  setting(common, 'TIME', printDuration(common.default), parseDuration);

export const bytes = (common: Common<number | undefined>): Setting<number | undefined> =>
  setting(
    common,
    'SIZE',
    common.default === undefined ? '' : printBytes(common.default),
    parseBytes,
  );

export const choice = <const T extends string>(
  common: Common<T> & { readonly of: readonly T[] },
): Setting<T> =>
  setting(common, common.of.join('|'), common.default, (text) => {
    const found = common.of.find((word) => word === text);
    return found === undefined ? err(`"${text}" is not one of ${common.of.join(', ')}`) : ok(found);
  });
