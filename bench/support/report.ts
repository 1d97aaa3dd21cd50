// Results as a table for people and as JSON for comparison.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisMachine } from './machine.ts';

export interface Result {
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  /** What is to be held; undefined: only watched. */
  readonly hold?: number;
  /** The same work in other programs, measured elsewhere, with its name. */
  readonly peers?: string;
}

const isHeld = ({ value, hold }: Result): boolean => hold === undefined || value <= hold;

/** Prints, writes `.cache/bench/NAME.json`, and returns whether everything was held. */
export function report(name: string, results: readonly Result[]): boolean {
  const rows = results.map((result) => [
    result.work,
    `${round(result.value)} ${result.unit}`,
    result.hold === undefined ? '' : `≤ ${result.hold}`,
    isHeld(result) ? '' : 'MISSED',
    result.peers ?? '',
  ]);
  const head = ['work', 'reached', 'hold', '', 'peers'];
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const folder = join(import.meta.dirname, '..', '..', '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ machine: thisMachine(), results }, undefined, 2)}\n`,
  );
  return results.every(isHeld);
}

const round = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
