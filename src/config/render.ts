// Problems as a person reads them: `file:line:column: error: …`, the line, a caret under the token, and the remedy.

import type { Problem } from './problem.ts';
import { shownPlace, type Place } from './source.ts';

/** Longer lines are cut around the token. */
const LINE_CHARACTERS_MAX = 160;

export type Emphasis = 'error' | 'warning' | 'token' | 'place';

/** How a terminal shows the parts; plain where there are no colours. */
export type Paint = (emphasis: Emphasis, text: string) => string;

const plain: Paint = (_emphasis, text) => text;

function renderProblem(problem: Problem, paint: Paint): string {
  const place = shownPlace(problem.place);
  const { source } = place;
  const { line, column } = source.positionAt(place.start);
  const at = source.name === '' ? '' : `${paint('place', `${source.name}:${line}:${column}:`)} `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const severity = paint(problem.severity, `${problem.severity}:`);
  const text = `${at}${severity} ${path}${problem.message}${origin(problem.place)}`;
  const remedy = problem.suggestion === undefined ? [] : [`  → ${problem.suggestion}`];
  return [text, ...excerpt(place, line, column, paint), ...included(place), ...remedy].join('\n');
}

export const renderProblems = (problems: readonly Problem[], paint: Paint = plain): string =>
  problems.map((problem) => `${renderProblem(problem, paint)}\n`).join('\n');

/** For programs: editors, checks in a pipeline. */
export function plainProblem({ severity, path, message, suggestion, place }: Problem) {
  const { source, start, end } = shownPlace(place);
  const { line, column } = source.positionAt(start);
  const last = source.positionAt(Math.max(start, end));
  return {
    severity,
    path,
    message: `${message}${origin(place)}`,
    ...(suggestion === undefined ? {} : { suggestion }),
    file: source.name,
    line,
    column,
    endLine: last.line,
    endColumn: last.column,
  };
}

function excerpt(place: Place, line: number, column: number, paint: Paint): string[] {
  const text = place.source.lineAt(line);
  if (text.trim() === '') return [];
  const number = String(line);
  const cut = Math.max(0, column - LINE_CHARACTERS_MAX / 2);
  const shown = text.slice(cut, cut + LINE_CHARACTERS_MAX).replaceAll('\t', ' ');
  const room = shown.length - (column - 1 - cut);
  const length = Math.max(1, Math.min(place.end - place.start, room));
  const gutter = ' '.repeat(number.length);
  const caret = ' '.repeat(Math.max(0, column - 1 - cut)) + paint('token', '^'.repeat(length));
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
