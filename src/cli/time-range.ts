// `--from` and `--to` of the query commands: `now`, `now-15m`, an ISO time, or nanoseconds. Result: decimal nanoseconds.

import { err, ok, type Result } from '../base/result.ts';
import { string, type Setting } from '../config/settings/declare.ts';
import { parseDuration } from '../config/units/duration.ts';

const GROUP = 'Range';

export const rangeSettings = rangeFrom('now-1h');

export function rangeFrom(byDefault: string): {
  readonly from: Setting<string>;
  readonly to: Setting<string>;
} {
  const text = 'Begin of the range: now-15m, an ISO time, or nanoseconds since 1970.';
  return { from: timeSetting(byDefault, text), to: timeSetting('now', 'End of the range.') };
}

function timeSetting(byDefault: string, text: string): Setting<string> {
  return {
    ...string({ group: GROUP, placeholder: 'TIME', default: byDefault, text }),
    parse: (value) => {
      const parsed = parseTime(value, Date.now());
      return parsed.ok ? ok(value) : err(parsed.error);
    },
  };
}

function parseTime(text: string, nowMs: number): Result<string, string> {
  const relative = /^now(?:-(.+))?$/.exec(text.trim());
  if (relative !== null) {
    const back = relative[1] === undefined ? ok(0) : parseDuration(relative[1]);
    return back.ok ? ok(nanos(nowMs - back.value)) : back;
  }
  if (/^\d{16,20}$/.test(text)) return ok(text);
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    return err(`"${text}" is not a time; write now-15m, 2026-03-01T14:00:00Z or nanoseconds`);
  return ok(nanos(ms));
}

const nanos = (ms: number): string => (BigInt(Math.round(ms)) * 1_000_000n).toString();

/** Resolved for a request; the settings have been checked when parsed. */
export function rangeOf(values: { readonly from: string; readonly to: string }): {
  from: string;
  to: string;
} {
  const now = Date.now();
  const at = (text: string): string => {
    const parsed = parseTime(text, now);
    return parsed.ok ? parsed.value : nanos(now);
  };
  return { from: at(values.from), to: at(values.to) };
}
