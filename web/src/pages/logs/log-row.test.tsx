import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test, vi } from 'vitest';
import type { LogRow } from '../../../../src/api/contract/logs.ts';
import { LogLine } from './log-row.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

const ROW: LogRow = {
  id: '1-2-3',
  time: '1762957867412000000',
  level: 'warn',
  severityText: 'WARN',
  service: { name: 'payment-service', number: 2, outside: false },
  body: 'charge attempt 1 failed',
  bodyType: 's',
  traceId: '4f1c09be2d7a4c1f9e0b5a8c7d6e3f21',
  spanId: 'dc4d79050000002a',
  eventName: '',
};

function shown(row: LogRow, onToggle: (row: LogRow) => void = () => {}): HTMLElement {
  const box = document.createElement('div');
  document.body.append(box);
  const root = createRoot(box);
  act(() =>
    root.render(
      <LogLine
        row={row}
        zone="utc"
        nowMs={Date.UTC(2025, 10, 12, 15)}
        open={false}
        marked={false}
        tabStop
        onToggle={onToggle}
        onFocus={() => {}}
      />,
    ),
  );
  return box;
}

test('a line shows time, level, service, message with what varies, and leads to its span', () => {
  const box = shown(ROW);
  expect(box.textContent).toContain('14:31:07.412');
  expect(box.textContent).toContain('WARN');
  expect([...box.querySelectorAll('.msg i')].map((one) => one.textContent)).toEqual(['1']);
  expect(box.querySelector('a')?.getAttribute('href')).toBe(
    '/trace/4f1c09be2d7a4c1f9e0b5a8c7d6e3f21?span=dc4d79050000002a',
  );
});

test('a line of another day says which, one without a trace says why', () => {
  const box = shown({ ...ROW, time: '1762871467412000000', traceId: '', spanId: '' });
  expect(box.querySelector('.day')?.textContent).toBe('11 Nov ');
  expect(box.querySelector('.tr')?.textContent).toBe('no trace');
  expect(box.querySelector('.tr')?.getAttribute('title')).toContain('no span was active');
});

test('telemetry is text: no markup of a message becomes part of the page', () => {
  const box = shown({ ...ROW, body: '<img src=x onerror=alert(1)> "<b>"' });
  expect(box.querySelector('img, b')).toBeNull();
  expect(box.querySelector('.msg')?.textContent).toBe('<img src=x onerror=alert(1)> "<b>"');
});

test('a click opens the line, a click on its trace does not', () => {
  const onToggle = vi.fn<(row: LogRow) => void>();
  const box = shown(ROW, onToggle);
  act(() => box.querySelector<HTMLElement>('.msg')?.click());
  expect(onToggle).toHaveBeenCalledExactlyOnceWith(ROW);
  box.querySelector('a')?.addEventListener('click', (event) => event.preventDefault());
  act(() => box.querySelector<HTMLElement>('a')?.click());
  expect(onToggle).toHaveBeenCalledOnce();
});

test('an empty message says what the line is instead', () => {
  expect(shown({ ...ROW, body: '', eventName: 'cart.emptied' }).textContent).toContain(
    'event cart.emptied',
  );
  expect(shown({ ...ROW, body: '' }).textContent).toContain('empty line');
});
