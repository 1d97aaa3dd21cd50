// One idea a file: at most 600 lines, functions at most 70. The source is formatted, so a function ends at the first
// line that closes at the indentation it began with.

import { expect, it } from 'vitest';
import { LONG_FILES, LONG_FUNCTIONS } from './layers.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';

const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;

/** Declarations, arrows in a const, and methods; a parameter list may go over several lines: then `(` ends the line. */
const BEGIN =
  /^(\s*)(?:export )?(?:default )?(?:(?:async )?function\*? (\w+)|(?:const|let) (\w+)\b[^=]*= (?:async )?(?:\(|\w+ =>|<)|(?:static |override |async |\*|get |set |readonly )*(#?\w+)(?:<[^>]*>)?\()/;
const NOT_FUNCTIONS =
  /^\s*(if|for|while|switch|catch|return|else|do|describe|it|test|expect|await|new|super|void)\b/;

interface FunctionSpan {
  readonly name: string;
  readonly lines: number;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Last line of what begins at `at`: of the lines at its own indentation, `) {` and `}: T) {` still belong to its head. */
function endOf(lines: readonly string[], at: number): number {
  const indent = indentOf(lines[at] ?? '');
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || indentOf(line) > indent) continue;
    if (indentOf(line) < indent) return i - 1;
    if (/^[)}\]]/.test(line.trim())) {
      if (/[{(]$|=>$/.test(line)) continue;
      return i;
    }
    return at;
  }
  return at;
}

function functionsOf(file: SourceFile): FunctionSpan[] {
  return file.lines.flatMap((line, at) => {
    if (NOT_FUNCTIONS.test(line)) return [];
    const match = BEGIN.exec(line);
    if (match === null) return [];
    const [, , a, b, c] = match;
    const end = endOf(file.lines, at);
    // A call whose arguments go over many lines ends in `);`, a function does not, unless it is an argument itself.
    const isCall = c !== undefined && /\);?$/.test(file.lines[end] ?? '');
    return isCall ? [] : [{ name: a ?? b ?? c ?? '', lines: end - at + 1 }];
  });
}

it('files are at most 600 lines', () => {
  const long = sourceFiles
    .filter(({ lines, path }) => lines.length > FILE_LINES_MAX && LONG_FILES[path] === undefined)
    .map(({ lines, path }) => `${path}: ${lines.length} lines`);
  expect(long).toEqual([]);
});

it('functions are at most 70 lines', () => {
  const long = sourceFiles.flatMap((file) =>
    functionsOf(file)
      .filter(
        ({ lines, name }) =>
          lines > FUNCTION_LINES_MAX && LONG_FUNCTIONS[`${file.path}#${name}`] === undefined,
      )
      .map(({ lines, name }) => `${file.path}#${name}: ${lines} lines`),
  );
  expect(long).toEqual([]);
});

it('the exception tables hold nothing stale', () => {
  const paths = new Set(sourceFiles.map(({ path }) => path));
  const stale = [...Object.keys(LONG_FILES), ...Object.keys(LONG_FUNCTIONS)].filter(
    (key) => !paths.has(key.split('#')[0] ?? ''),
  );
  expect(stale).toEqual([]);
});
