import { expect, it } from 'vitest';
import { machineProblem, thisMachine, type Machine } from './guard.ts';

const machine: Machine = { node: '24.21.0', platform: 'linux', musl: false };

it.each<[string, Partial<Machine>]>([
  ['this Node', {}],
  ['the oldest Node that works', { node: '22.15.0' }],
  ['macOS', { platform: 'darwin' }],
])('%s will do', (_name, change) => {
  expect(machineProblem({ ...machine, ...change })).toBeUndefined();
});

it.each<[string, Partial<Machine>, string]>([
  ['a Node just too old', { node: '22.14.9' }, 'needs Node.js 22.15 or later and this is 22.14.9'],
  ['Node 20', { node: '20.20.2' }, 'needs Node.js 22.15'],
  ['Windows', { platform: 'win32' }, 'WSL'],
  ['Alpine', { musl: true }, 'glibc image'],
])('%s will not', (_name, change, problem) => {
  expect(machineProblem({ ...machine, ...change })).toContain(problem);
});

it('this machine will do', () => {
  expect(machineProblem(thisMachine())).toBeUndefined();
});
