// The whole test run: gates first, then every runner, then one line with the true sums.
// Usage: node tools/scripts/test.mjs [faults]
// A gate counts only when it fails. A runner that leaves no report, or fails without a failed test, is one failure.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './shell.mjs';

const full = process.argv[2] === 'faults';
const folder = mkdtempSync(join(tmpdir(), 'throughline-test-'));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const sums = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

const gates = [
  ['format', bin('oxfmt'), ['--check', '.']],
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings']],
  ['types', bin('tsc'), ['-b']],
  ['unused', bin('knip'), []],
  ['package', bin('node'), ['tools/scripts/pack-check.mjs']],
];

const vitest = (project) => [
  `vitest ${project}`,
  bin('vitest'),
  (report) => [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  countVitest,
];

const runners = full
  ? [vitest('faults')]
  : [
      ...['tidy', 'unit', 'dom', 'store', 'integration', 'faults'].map(vitest),
      ['playwright', bin('playwright'), () => ['test', '--reporter=list,json'], countPlaywright],
    ];

if (!full) for (const [name, command, args] of gates) await gate(name, command, args);
for (const runner of runners) await suite(...runner);
rmSync(folder, { recursive: true, force: true });

console.log(`\n${lines.join('\n')}`);
if (sums.passed === 0) sums.failed += 1;
console.log(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`);
process.exitCode = sums.failed === 0 ? 0 : 1;

async function gate(name, command, args) {
  const { code, seconds } = await execute(name, command, args, {});
  lines.push(`${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (code !== 0) sums.failed += 1;
}

async function suite(name, command, argsFor, count) {
  const report = join(folder, `${name.replaceAll(' ', '-')}.json`);
  const env = {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    ...(full ? { THROUGHLINE_FAULTS: 'full' } : {}),
  };
  const { code, seconds } = await execute(name, command, argsFor(report), env);
  const counted = read(report, count);
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  for (const key of Object.keys(sums)) sums[key] += counted[key];
  lines.push(
    `${name}: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped (${seconds} s)`,
  );
}

function execute(name, command, args, env) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CI: 'true', ...env },
    });
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    child.once('error', () => resolve({ code: 1, seconds: 0 }));
    child.once('close', (code) => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve({ code: code ?? 1, seconds: Math.round((Date.now() - started) / 1000) });
    });
  });
}

function read(report, count) {
  try {
    return count(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    console.log(`no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function countVitest(report) {
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}
