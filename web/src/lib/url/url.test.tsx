import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jumpTargets } from '../../app/jump-targets.ts';
import { sharedLink } from '../../app/shared-link.ts';
import { without } from '../filter/without-term.ts';
import {
  applied,
  choiceParam,
  flagParam,
  listParam,
  spanParam,
  textParam,
  useParam,
  useSetParams,
} from './params.ts';
import { paths } from './paths.ts';
import { readEdge, readRange, resolve } from './time-range.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

describe('parameters read what they print', () => {
  test.each([
    [textParam('q'), 'a = "b c"'],
    [textParam('q'), ''],
    [flagParam('fold', true), false],
    [flagParam('fold', true), true],
    [choiceParam('view', ['waterfall', 'table']), 'table'],
    [listParam('open'), ['a', 'xb']],
    [listParam('open'), []],
    [spanParam('zoom'), [0.5, 12]],
    [spanParam('zoom'), null],
  ])('%o %j', (param, value) => {
    const text = param.print(value as never);
    expect(param.read(text)).toEqual(value);
  });

  test('a default is not in the URL', () => {
    expect(flagParam('fold', true).print(true)).toBeNull();
    expect(choiceParam('view', ['waterfall', 'table']).print('waterfall')).toBeNull();
    expect(applied('fold=0&q=x', [['fold', null]])).toBe('q=x');
  });

  test.each(['5..2', 'x..y', '3', '..'])('a broken range %s is no range', (text) => {
    expect(spanParam('zoom').read(text)).toBeNull();
  });

  test('an unknown choice is the first', () => {
    expect(choiceParam('view', ['waterfall', 'table']).read('pie')).toBe('waterfall');
  });
});

describe('the time range', () => {
  const now = Date.UTC(2026, 10, 12, 14, 31);
  test.each([
    ['now', 0],
    ['now-15m', 900_000],
    ['now-7d', 604_800_000],
  ])('%s is relative', (text, backMs) => {
    expect(readEdge(text)).toEqual({ kind: 'now', backMs });
  });

  test.each(['soon', 'now-', 'now-5y', ''])('%s is no time', (text) => {
    expect(readEdge(text)).toBeNull();
  });

  test('ISO is absolute', () => {
    expect(resolve(readRange('2026-11-12T13:31:00Z', '2026-11-12T14:31:00Z'), now)).toEqual({
      fromMs: now - 3.6e6,
      toMs: now,
    });
  });

  test('a range that ends before it begins is the default', () => {
    expect(readRange('now', 'now-1h').from).toEqual({ kind: 'now', backMs: 3.6e6 });
  });
});

describe('in the page', () => {
  let host: HTMLElement;
  let root: Root;
  beforeEach(() => {
    window.history.replaceState(null, '', '/traces?from=now-6h&tz=local&q=old');
    host = document.createElement('div');
    document.body.append(host);
    root = createRoot(host);
  });
  afterEach(() => {
    act(() => root.unmount());
    host.remove();
  });
  const show = (node: ReactNode): void => act(() => root.render(node));

  const QUERY = textParam('q');
  const FOLD = flagParam('fold', true);
  function Probe() {
    const [query, setQuery] = useParam(QUERY);
    const [fold, setFold] = useParam(FOLD);
    const set = useSetParams();
    return (
      <>
        <output>{`${query} ${String(fold)}`}</output>
        <button type="button" onClick={() => setQuery('new')} />
        <button type="button" onClick={() => setFold(false, 'replace')} />
        <button
          type="button"
          onClick={() => {
            setQuery('one');
            set([['fold', '0']]);
          }}
        />
      </>
    );
  }
  const press = (at: number): void => act(() => host.querySelectorAll('button')[at]?.click());
  const shown = (): string => host.querySelector('output')?.textContent ?? '';

  test('a change pushes one entry that keeps the rest; replace pushes none', () => {
    show(<Probe />);
    const before = window.history.length;
    press(0);
    expect(shown()).toBe('new true');
    expect(window.location.search).toBe('?from=now-6h&tz=local&q=new');
    press(1);
    expect(shown()).toBe('new false');
    expect(window.history.length).toBe(before + 1);
  });

  test('two changes in one turn are both in', () => {
    show(<Probe />);
    press(2);
    expect(shown()).toBe('one false');
  });

  test('links carry range and zone, not the query', () => {
    expect(paths.page('home')).toBe('/?from=now-6h&tz=local');
    expect(paths.trace('abc', [['span', 's1']])).toBe('/trace/abc?from=now-6h&tz=local&span=s1');
    expect(paths.tracesOfEndpoint('shop', 'GET "x"')).toContain('endpoint');
  });

  test('a shared link has absolute times', () => {
    const link = new URL(sharedLink());
    expect(link.searchParams.get('from')).toMatch(/^\d{4}-.*Z$/u);
    expect(link.searchParams.get('to')).toMatch(/^\d{4}-.*Z$/u);
    expect(link.searchParams.get('q')).toBe('old');
  });
});

describe('taking a term out', () => {
  test.each([
    ['a = 1 and b = 2', 'b = 2', 'a = 1'],
    ['a = 1 and b = 2', 'a = 1', 'b = 2'],
    ['a = 1 and b = 2 and c = 3', 'b = 2', 'a = 1 and c = 3'],
    ['a = 1', 'a = 1', ''],
  ])('%s without %s is %s', (query, term, rest) => {
    expect(without(query, term)).toBe(rest);
  });
});

describe('search or jump', () => {
  const known = {
    pages: [{ name: 'home' as const, label: 'Home' }],
    services: [{ service: { name: 'payment-service', number: 2, outside: false } }],
    endpoints: [
      { service: { name: 'api-gateway', number: 0, outside: false }, endpoint: 'POST /checkout' },
    ],
  };
  test.each([
    ['', ['page Home', 'service payment-service', 'endpoint POST /checkout']],
    ['pay', ['service payment-service', 'search traces name =~ "(?i)pay"']],
    ['duration > 1s', ['search traces duration > 1s']],
    [
      '4F1C09BE2D7A4C1F9E0B5A8C7D6E3F21',
      [
        'trace 4f1c09be2d7a4c1f9e0b5a8c7d6e3f21',
        'search traces name =~ "(?i)4F1C09BE2D7A4C1F9E0B5A8C7D6E3F21"',
      ],
    ],
  ])('%s offers %j', (text, expected) => {
    expect(jumpTargets(text, known).map((target) => `${target.kind} ${target.label}`)).toEqual(
      expected,
    );
  });
});
