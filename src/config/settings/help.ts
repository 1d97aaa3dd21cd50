// Help text and the reference page, from the declarations.

import type { Settings } from './declare.ts';
import { flagName, variableName } from './resolve.ts';

const FLAG_COLUMN = 30;
const WIDTH = 100;

/** Flags by group, wrapped for a terminal. */
export function helpFor(settings: Settings): string {
  const groups = [...new Set(Object.values(settings).map(({ group }) => group))];
  return groups
    .map((group) => {
      const rows = Object.entries(settings)
        .filter(([, setting]) => setting.group === group)
        .map(([key, setting]) => {
          const left = `  ${flagName(key)}${setting.placeholder === '' ? '' : ` ${setting.placeholder}`}`;
          const suffix = setting.defaultText === '' ? '' : ` (default ${setting.defaultText})`;
          const wrapped = wrap(`${setting.text}${suffix}`, WIDTH - FLAG_COLUMN);
          const first =
            left.length < FLAG_COLUMN
              ? left.padEnd(FLAG_COLUMN)
              : `${left}\n${' '.repeat(FLAG_COLUMN)}`;
          return `${first}${wrapped.join(`\n${' '.repeat(FLAG_COLUMN)}`)}`;
        });
      return `${group}:\n${rows.join('\n')}`;
    })
    .join('\n\n');
}

/** A Markdown table of all settings with flag, variable, file key and default. */
export function referenceFor(settings: Settings): string {
  const rows = Object.entries(settings).map(([key, setting]) => {
    const value = setting.placeholder === '' ? '' : ` ${setting.placeholder}`;
    const cells = [
      `\`${flagName(key)}${value}\``.replaceAll('|', '\\|'),
      `\`${variableName(key)}\``,
      setting.defaultText === '' ? '–' : `\`${setting.defaultText}\``,
      setting.text,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Flag | Variable | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
