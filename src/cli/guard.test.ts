import { expect, it } from 'vitest';
import { machineProblem, thisMachine } from './guard.ts';

const machine = { node: '24.21.0', platform: 'linux', musl: false };

it.each([
  ['this Node', {}, undefined],
  ['the oldest Node that works', { node: '22.15.0' }, undefined],
  ['macOS', { platform: 'darwin' }, undefined],
  ['a Node just too old', { node: '22.14.9' }, 'needs Node.js 22.15 or later and this is 22.14.9'],
  ['Node 20', { node: '20.20.2' }, 'needs Node.js 22.15'],
  ['Windows', { platform: 'win32' }, 'WSL'],
  ['Alpine', { musl: true }, 'glibc image'],
])('%s', (_name, change, problem) => {
  const found = machineProblem({ ...machine, ...change });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

it('this machine will do', () => {
  expect(machineProblem(thisMachine())).toBeUndefined();
});
