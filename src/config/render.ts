// Problems as a person reads them: `file:line:column: error: …`, the line, a caret under the token, and the remedy.

import type { Problem } from './problem.ts';
import { shownPlace, type Place } from './source.ts';

/** Longer lines are cut around the token. */
const LINE_CHARACTERS_MAX = 160;

export function renderProblem(problem: Problem): string {
  const place = shownPlace(problem.place);
  const { source } = place;
  const { line, column } = source.positionAt(place.start);
  const at = source.name === '' ? '' : `${source.name}:${line}:${column}: `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const text = `${at}${problem.severity}: ${path}${problem.message}${origin(problem.place)}`;
  const remedy = problem.suggestion === undefined ? [] : [`  → ${problem.suggestion}`];
  return [text, ...excerpt(place, line, column), ...included(place), ...remedy].join('\n');
}

export const renderProblems = (problems: readonly Problem[]): string =>
  problems.map((problem) => `${renderProblem(problem)}\n`).join('\n');

function excerpt(place: Place, line: number, column: number): string[] {
  const text = place.source.lineAt(line);
  if (text.trim() === '') return [];
  const number = String(line);
  const cut = Math.max(0, column - LINE_CHARACTERS_MAX / 2);
  const shown = text.slice(cut, cut + LINE_CHARACTERS_MAX).replaceAll('\t', ' ');
  const room = shown.length - (column - 1 - cut);
  const length = Math.max(1, Math.min(place.end - place.start, room));
  const gutter = ' '.repeat(number.length);
  const caret = ' '.repeat(Math.max(0, column - 1 - cut)) + '^'.repeat(length);
  return [`  ${number} | ${shown}`, `  ${gutter} | ${caret}`];
}

/** Which variable a wrong value came out of. */
function origin({ source }: Place): string {
  return source.shown || source.via === undefined ? '' : ` (the value of ${source.name})`;
}

function included({ source }: Place): string[] {
  if (source.via === undefined) return [];
  const via = shownPlace(source.via);
  const { line, column } = via.source.positionAt(via.start);
  return [`  read by ${via.source.name}:${line}:${column}`];
}
