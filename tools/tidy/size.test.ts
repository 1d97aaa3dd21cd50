// One idea a file: at most 600 lines, functions at most 70. The source is formatted, so a function ends at the first
// line that closes at the indentation it began with.

import { expect, it } from 'vitest';
import { LONG_FILES, LONG_FUNCTIONS } from './layers.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';

const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;

const BEGIN =
  /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:const|let) (\w+)[^=]*= (?:async )?(?:\([^)]*\)|\w+)(?:: [^=]+)? =>|(?:static |override |async |\*|get |set )*(#?\w+)\([^;]*\)?(?:: [^=;]+)?) ?\{$/;
const NOT_FUNCTIONS = /^\s*(if|for|while|switch|catch|return|else|do|describe|it|test)\b/;

interface FunctionSpan {
  readonly name: string;
  readonly lines: number;
}

function functionsOf(file: SourceFile): FunctionSpan[] {
  return file.lines.flatMap((line, at) => {
    if (NOT_FUNCTIONS.test(line)) return [];
    const match = BEGIN.exec(line);
    if (match === null) return [];
    const [, indent = '', a, b, c] = match;
    const end = file.lines.findIndex((later, i) => i > at && later.startsWith(`${indent}}`));
    return end < 0 ? [] : [{ name: a ?? b ?? c ?? '', lines: end - at + 1 }];
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
