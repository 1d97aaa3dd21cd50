// The time range: relative presets, an absolute range in the zone shown, and the switch between zones.

import { useEffect, useRef, useState } from 'react';
import { fieldOf, millisOfField, zoneName } from '../lib/format/time.ts';
import { useKeys } from '../lib/keyboard.ts';
import { PRESETS } from '../lib/url/time-range.ts';
import { useTimeRange, useZone } from '../lib/url/use-time-range.ts';
import { Icon } from '../ui/icon.tsx';
import '../ui/popover.css';

export function RangePicker({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const { label } = useTimeRange();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: MouseEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true)
        onOpen(false);
    };
    document.addEventListener('mousedown', outside);
    return () => document.removeEventListener('mousedown', outside);
  }, [open, onOpen]);
  return (
    <div className="rangebox" ref={box}>
      <button
        type="button"
        className="btn"
        aria-label={`Time range: ${label}`}
        aria-expanded={open}
        onClick={() => onOpen(!open)}
      >
        <Icon name="clock" />
        <span className="only-wide">{label}</span>
        <span className="only-narrow">{withoutDay(label)}</span>
        <Icon name="down" />
      </button>
      {open ? <RangePop onClose={() => onOpen(false)} /> : null}
    </div>
  );
}

/** Where there is no room the day is left to the picker itself. */
const withoutDay = (label: string): string =>
  label.replaceAll(/\d{1,2} [A-Z][a-z]{2} (?:\d{4} )?/gu, '');

function RangePop({ onClose }: { onClose: () => void }) {
  const { label, setRelative } = useTimeRange();
  const [zone, setZone] = useZone();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  useKeys({ Escape: onClose });
  return (
    <div className="pop rangepop" role="dialog" aria-label="Time range">
      {PRESETS.map((preset, at) => (
        <button
          key={preset.text}
          type="button"
          className="opt"
          ref={at === 0 ? first : undefined}
          aria-pressed={preset.label === label}
          onClick={() => {
            setRelative(preset.text);
            onClose();
          }}
        >
          {preset.label}
          {preset.label === label ? <Icon name="ok" className="t2" /> : null}
        </button>
      ))}
      <AbsoluteRange onClose={onClose} />
      <div className="popfoot">
        <span>Times are {zoneName(zone)}</span>
        <button
          type="button"
          className="btn link"
          onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
        >
          {zone === 'utc' ? 'Show local time' : 'Show UTC'} <kbd>u</kbd>
        </button>
      </div>
    </div>
  );
}

function AbsoluteRange({ onClose }: { onClose: () => void }) {
  const { resolved, setAbsolute } = useTimeRange();
  const [zone] = useZone();
  const [from, setFrom] = useState(() => fieldOf(resolved.fromMs, zone));
  const [to, setTo] = useState(() => fieldOf(resolved.toMs, zone));
  const fromMs = millisOfField(from, zone);
  const toMs = millisOfField(to, zone);
  const valid = fromMs !== null && toMs !== null && fromMs < toMs;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!valid) return;
        setAbsolute(fromMs, toMs);
        onClose();
      }}
    >
      <label htmlFor="range-from">From</label>
      <input
        id="range-from"
        type="text"
        inputMode="numeric"
        placeholder="2026-01-31 14:00:00"
        spellCheck={false}
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <label htmlFor="range-to">To</label>
      <input
        id="range-to"
        type="text"
        inputMode="numeric"
        placeholder="2026-01-31 14:00:00"
        spellCheck={false}
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <button
        type="submit"
        className="btn small"
        disabled={!valid}
        title={valid ? '' : 'Write both as 2026-01-31 14:00:00, From before To'}
      >
        Show this range
      </button>
    </form>
  );
}
