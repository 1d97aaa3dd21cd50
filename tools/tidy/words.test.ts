// Banned calls, leftover markers, and words that have no place in the project.

import { expect, it } from 'vitest';
import { isTest, sourceFiles } from './source-files.ts';

interface Ban {
  readonly what: RegExp;
  readonly why: string;
  /** Paths where it is allowed. */
  readonly but?: RegExp;
  /** Tests may. */
  readonly tests?: boolean;
}

const bans: readonly Ban[] = [
  {
    what: /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/,
    why: 'leftover marker: do it, or say it in a document',
  },
  { what: /\.(only|skip)\(/, why: 'a test that is switched off', but: /^test\/.*skip/ },
  { what: /@ts-(ignore|nocheck|expect-error)/, why: 'silenced compiler' },
  {
    what: /oxlint-disable|eslint-disable/,
    why: 'silenced lint: an exception is a line in a table',
  },
  {
    what: /\bchild_process\b.*\bexec\(|\bexecSync\(/,
    why: 'a shell between us and a command',
    tests: true,
    but: /^tools\//,
  },
  { what: /\beval\(|new Function\(/, why: 'code from text' },
  { what: /dangerouslySetInnerHTML|\.innerHTML\s*=/, why: 'telemetry could run as script' },
  {
    what: /\bworker_threads\b/,
    why: 'the engine crashes the process when a worker ends',
    but: /^(bench|test)\//,
  },
  { what: /\/(work|root|home\/\w+)\/(main|shared)/, why: 'a machine path' },
  { what: /enum \w+ \{/, why: 'erasable syntax only' },
  {
    what: /\bDESIGN(\.md)?\b|\bBRIEF\b|\bmock-?ups?\b/,
    why: 'a document that is not in the project',
  },
];

it.each(bans.map((ban) => [ban.why, ban] as const))('%s', (_why, ban) => {
  const found = sourceFiles
    .filter(({ path }) => path !== 'tools/tidy/words.test.ts')
    .filter(({ path }) => ban.but?.test(path) !== true && !(ban.tests === true && isTest(path)))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => (ban.what.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    );
  expect(found).toEqual([]);
});
