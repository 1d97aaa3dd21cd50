// Sizes: `20GiB`, `512MiB`, `1.5GB`, `4096`. Binary units are powers of 1024, decimal ones of 1000.

import { err, ok, type Result } from '../../base/result.ts';

const UNIT: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

export function parseBytes(text: string): Result<number, string> {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(text);
  const unit = match === null ? undefined : UNIT[(match[2] ?? '').toUpperCase()];
  if (match === null || unit === undefined) {
    return err(
      `"${text}" is not a size; write a number of bytes or a unit, such as 512MiB or 20GiB`,
    );
  }
  return ok(Math.round(Number(match[1]) * unit));
}

export function printBytes(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'] as const) {
    const size = UNIT[unit.toUpperCase()] ?? 1;
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))}${unit}`;
  }
  return `${bytes}B`;
}
