// The volume in words: for the line above the chart and for those who do not see it.

import { count, percent, THIN } from '../../../../src/base/format/number.ts';
import { clock, type Zone } from '../../lib/format/time.ts';
import { sinceBucket, type Volume } from './volume.ts';

export interface VolumeTime {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly zone: Zone;
}

const one = (value: number, singular: string, plural: string): string =>
  `${count(value)} ${value === 1 ? singular : plural}`;

export function warningWords(volume: Volume, time: VolumeTime): string {
  if (volume.warningTotal === 0) return '';
  return (
    one(volume.warningTotal, 'warning', 'warnings') + sinceWords(volume.warnings, volume, time)
  );
}

export function errorWords(volume: Volume, time: VolumeTime): string {
  if (volume.errorTotal === 0) return '';
  return one(volume.errorTotal, 'error', 'errors') + sinceWords(volume.errors, volume, time);
}

function sinceWords(
  counts: readonly number[],
  { lines }: Volume,
  { fromMs, stepMs, zone }: VolumeTime,
): string {
  const since = sinceBucket(counts, lines);
  if (since === null) return '';
  const at = fromMs + since * stepMs;
  return `, nearly all since ${clock(at, zone, at, stepMs < 60_000 ? 'second' : 'minute')}`;
}

/** `2.1 %` of lines without a trace id; null where it is not known. */
export function withoutTraceWords(withoutTrace: number, total: number): string {
  if (total === 0) return '';
  if (withoutTrace === 0) return 'every line has a trace id';
  const { value, unit } = percent(withoutTrace / total);
  return `${value}${THIN}${unit} of lines have no trace id`;
}

export function chartLabel(volume: Volume, time: VolumeTime, range: string): string {
  const parts = [
    `${one(volume.total, 'line', 'lines')} ${range}`,
    volume.warningTotal === 0 ? 'no warnings' : warningWords(volume, time),
    volume.errorTotal === 0 ? 'no errors' : errorWords(volume, time),
  ];
  return parts.join('; ');
}
