// Moments: 24 h, milliseconds in lists, a date when it is not today; UTC or the reader's zone by the URL's `tz`.
// Times travel as decimal nanoseconds; below the millisecond they matter only inside a trace.

export type Zone = 'utc' | 'local';

export const nanosToMillis = (nanos: string): number => {
  const digits = nanos.padStart(7, '0');
  return Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6;
};

export const millisToNanos = (millis: number): string => {
  const whole = Math.floor(millis);
  const rest = Math.round((millis - whole) * 1e6);
  return (BigInt(whole) * 1_000_000n + BigInt(rest)).toString();
};

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milli: number;
  readonly weekday: number;
}

function fields(millis: number, zone: Zone): Fields {
  const date = new Date(millis);
  return zone === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        milli: date.getUTCMilliseconds(),
        weekday: date.getUTCDay(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
        milli: date.getMilliseconds(),
        weekday: date.getDay(),
      };
}

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const dayOf = (f: Fields): string => `${String(f.day)} ${MONTHS[f.month] ?? ''}`;

/** The day where it is another than now's, and the time of day. */
export function clockParts(
  millis: number,
  zone: Zone,
  nowMillis: number,
  precision: 'minute' | 'second' | 'milli' = 'milli',
): { readonly day: string; readonly time: string } {
  if (!Number.isFinite(millis)) return { day: '', time: '–' };
  const f = fields(millis, zone);
  const now = fields(nowMillis, zone);
  const time =
    `${two(f.hour)}:${two(f.minute)}` +
    (precision === 'minute' ? '' : `:${two(f.second)}`) +
    (precision === 'milli' ? `.${String(f.milli).padStart(3, '0')}` : '');
  if (f.year !== now.year) return { day: `${dayOf(f)} ${String(f.year)}`, time };
  return { day: f.day === now.day && f.month === now.month ? '' : dayOf(f), time };
}

/** `14:23:07.412`, with the day before it when it is not the day of `nowMillis`, with the year when it is not this year. */
export function clock(
  millis: number,
  zone: Zone,
  nowMillis: number,
  precision: 'minute' | 'second' | 'milli' = 'milli',
): string {
  const { day, time } = clockParts(millis, zone, nowMillis, precision);
  return day === '' ? time : `${day} ${time}`;
}

/** `Thu 12 Nov 2026 14:23:07.412 UTC`, for tooltips. */
export function fullClock(millis: number, zone: Zone): string {
  if (!Number.isFinite(millis)) return '–';
  const f = fields(millis, zone);
  return (
    `${DAYS[f.weekday] ?? ''} ${dayOf(f)} ${String(f.year)} ` +
    `${two(f.hour)}:${two(f.minute)}:${two(f.second)}.${String(f.milli).padStart(3, '0')} ${zoneName(zone)}`
  );
}

export const zoneName = (zone: Zone): string =>
  zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `8 min ago`: only ever beside or behind an absolute time. */
export function ago(millis: number, nowMillis: number): string {
  const past = nowMillis - millis;
  if (past < 0) return 'in the future';
  if (past < 1.5 * SECOND) return 'now';
  if (past < 99.5 * SECOND) return `${String(Math.round(past / SECOND))} s ago`;
  if (past < 99.5 * MINUTE) return `${String(Math.round(past / MINUTE))} min ago`;
  if (past < 36 * HOUR) return `${String(Math.round(past / HOUR))} h ago`;
  return `${String(Math.round(past / DAY))} d ago`;
}

/** `2026-11-12T14:23:07.412Z` as the URL carries it, without milliseconds when they are zero. */
export const isoOf = (millis: number): string =>
  new Date(millis).toISOString().replace('.000Z', 'Z');

/** A moment as the range fields show it, in the zone shown, and back. */
export function fieldOf(millis: number, zone: Zone): string {
  const f = fields(millis, zone);
  return `${String(f.year).padStart(4, '0')}-${two(f.month + 1)}-${two(f.day)} ${two(f.hour)}:${two(f.minute)}:${two(f.second)}`;
}

export function millisOfField(text: string, zone: Zone): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/u.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return null;
  const parts = [
    year,
    month - 1,
    day,
    hour ?? 0,
    minute ?? 0,
    Number.isNaN(second) ? 0 : (second ?? 0),
  ] as const;
  const millis = zone === 'utc' ? Date.UTC(...parts) : new Date(...parts).getTime();
  return Number.isFinite(millis) ? millis : null;
}
