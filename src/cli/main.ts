#!/usr/bin/env node
// The `throughline` command. Checks the machine first, in syntax that an old Node understands, then loads the rest.

import { machineProblem, thisMachine } from './guard.ts';

const problem = machineProblem(thisMachine());
if (problem === undefined) {
  const { runCli } = await import('./run.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  process.stderr.write(`throughline: ${problem}\n`);
  process.exitCode = 2;
}
