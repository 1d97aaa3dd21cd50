// Former files of a rotated one: their names, and which of them may go. As lumberjack names and removes them.
// https://pkg.go.dev/gopkg.in/natefinch/lumberjack.v2

import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** `data.json` → `data-2026-01-02T03-04-05.678.json` */
const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})-(\d{2})-(\d{2})\.(\d{3})$/;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface RotationConfig {
  readonly max_days: number;
  readonly max_backups: number;
  readonly localtime: boolean;
}

/** Puts the file aside under a name with the present time. */
export async function putAside(path: string, nowMs: number, localtime: boolean): Promise<void> {
  const taken = new Set(await readdir(dirname(path)));
  let timeMs = nowMs;
  let name = formerName(path, timeMs, localtime);
  while (taken.has(name)) name = formerName(path, ++timeMs, localtime); // never over another one
  await rename(path, join(dirname(path), name));
}

/** Removes former files that are too many or too old. */
export async function removeFormer(
  path: string,
  config: RotationConfig,
  nowMs: number,
): Promise<void> {
  const { prefix, suffix } = partsOf(path);
  const former = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
    .map((name) => ({
      name,
      timeMs: timeOf(name.slice(prefix.length, name.length - suffix.length), config.localtime),
    }))
    .filter(({ timeMs }) => !Number.isNaN(timeMs))
    .toSorted((a, b) => b.timeMs - a.timeMs);
  const oldestMs = config.max_days > 0 ? nowMs - config.max_days * DAY_MS : -Infinity;
  const most = config.max_backups > 0 ? config.max_backups : Infinity;
  const gone = former.filter(({ timeMs }, at) => at >= most || timeMs < oldestMs);
  for (const { name } of gone) await rm(join(dirname(path), name), { force: true });
}

function partsOf(path: string): { readonly prefix: string; readonly suffix: string } {
  const suffix = extname(path);
  return { prefix: `${basename(path, suffix)}-`, suffix };
}

function formerName(path: string, timeMs: number, localtime: boolean): string {
  const { prefix, suffix } = partsOf(path);
  const shift = localtime ? new Date(timeMs).getTimezoneOffset() * 60_000 : 0;
  const time = new Date(timeMs - shift).toISOString().replaceAll(':', '-').replace('Z', '');
  return `${prefix}${time}${suffix}`;
}

function timeOf(text: string, localtime: boolean): number {
  const parts = TIME.exec(text)?.slice(1).map(Number) ?? [];
  const [year, month = 1, day, hour, minute, second, ms] = parts;
  if (year === undefined) return Number.NaN;
  return localtime
    ? new Date(year, month - 1, day, hour, minute, second, ms).getTime()
    : Date.UTC(year, month - 1, day, hour, minute, second, ms);
}
