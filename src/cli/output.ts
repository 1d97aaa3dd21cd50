// What terminals show: colour where it helps, tables that fit.

import type { Terminal } from './command.ts';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof CODES;

export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.color && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

export interface ColumnSpec {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The one column that is cut when the table is too wide. */
  readonly shrink?: boolean;
}

/** Rows as aligned text. Control characters of telemetry are replaced: they could drive the terminal. */
export function table(
  terminal: Terminal,
  columns: readonly ColumnSpec[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)),
  );
  const shrunk = columns.findIndex(({ shrink }) => shrink === true);
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (shrunk >= 0 && total > terminal.columns) {
    widths[shrunk] = Math.max(8, (widths[shrunk] ?? 0) - (total - terminal.columns));
  }
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, i) => {
        const width = widths[i] ?? 0;
        const text = cut(row[i] ?? '', width);
        return align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const head = paint(terminal, 'dim', line(columns.map(({ title }) => title)));
  return [head, ...cells.map(line)].join('\n');
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

/** C0 and C1 controls and DEL: what makes a terminal act instead of show. */
const CONTROLS = /\p{Cc}/gu;

/** Control characters of telemetry made visible; line breaks become ⏎. */
export const printable = (text: string): string =>
  text.replaceAll(CONTROLS, (char) => (char === '\n' ? '⏎' : char === '\t' ? ' ' : '\ufffd'));

/** `14:23:07.412` of a decimal nanosecond time, local. */
export function clockTime(nanos: string): string {
  const ms = Number(BigInt(nanos) / 1_000_000n);
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
