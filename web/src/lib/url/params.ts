// The URL is the state: every state worth returning to is a typed search parameter. A parameter reads text and prints
// text; at its default it is not in the URL at all. Setting one pushes a history entry, so Back undoes one step;
// `replace` is for what follows the reader's hand (stepping through rows, dragging, typing).

import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

export interface Param<T> {
  readonly name: string;
  read(text: string | null): T;
  /** null: the default, left out of the URL. */
  print(value: T): string | null;
}

export const textParam = (name: string, fallback = ''): Param<string> => ({
  name,
  read: (text) => text ?? fallback,
  print: (value) => (value === fallback ? null : value),
});

export const flagParam = (name: string, fallback: boolean): Param<boolean> => ({
  name,
  read: (text) => (text === null ? fallback : text !== '0'),
  print: (value) => (value === fallback ? null : value ? '1' : '0'),
});

export const choiceParam = <T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): Param<T> => ({
  name,
  read: (text) => choices.find((choice) => choice === text) ?? choices[0],
  print: (value) => (value === choices[0] ? null : value),
});

export const listParam = (name: string): Param<readonly string[]> => ({
  name,
  read: (text) => (text === null || text === '' ? [] : text.split(',')),
  print: (value) => (value.length === 0 ? null : value.join(',')),
});

/** `from..to` in numbers, e.g. `zoom=0..1500`. */
export const spanParam = (name: string): Param<readonly [number, number] | null> => ({
  name,
  read(text) {
    const match = /^(-?[\d.]+)\.\.(-?[\d.]+)$/u.exec(text ?? '');
    if (match === null) return null;
    const from = Number(match[1]);
    const to = Number(match[2]);
    return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
  },
  print: (value) => (value === null ? null : `${String(value[0])}..${String(value[1])}`),
});

/** A parameter with a value, printed: what `useSetParams` takes. */
export type Change = readonly [name: string, text: string | null];

export const change = <T>(param: Param<T>, value: T): Change => [param.name, param.print(value)];

export function applied(search: string, changes: readonly Change[]): string {
  const params = new URLSearchParams(search);
  for (const [name, text] of changes)
    if (text === null) params.delete(name);
    else params.set(name, text);
  return readable(params);
}

/** Search text with the characters people read left as they are. */
function readable(params: URLSearchParams): string {
  return params
    .toString()
    .replace(/%2C/gu, ',')
    .replace(/%3A/gu, ':')
    .replace(/%2F/gu, '/')
    .replace(/%22/gu, '"');
}

export type SetParams = (changes: readonly Change[], how?: 'push' | 'replace') => void;

export function useSetParams(): SetParams {
  const [path, navigate] = useLocation();
  return useMemo(
    () =>
      (changes, how = 'push') => {
        // Read now and not from the render: two changes in one turn must both be in.
        const before = window.location.search.replace(/^\?/u, '');
        const after = applied(before, changes);
        if (after === readable(new URLSearchParams(before))) return;
        navigate(after === '' ? path : `${path}?${after}`, { replace: how === 'replace' });
      },
    [path, navigate],
  );
}

export function useParam<T>(
  param: Param<T>,
): readonly [T, (value: T, how?: 'push' | 'replace') => void] {
  const search = useSearch();
  const set = useSetParams();
  const text = new URLSearchParams(search).get(param.name);
  const value = useMemo(() => param.read(text), [param, text]);
  const setValue = useCallback(
    (next: T, how?: 'push' | 'replace') => set([change(param, next)], how),
    [set, param],
  );
  return [value, setValue];
}
