import { expect, it } from 'vitest';
import { ordinaryConditions } from './conditions.ts';
import { parseLine, toChild } from './messages.ts';

it.each([
  ['{"kind":"listening","name":"user-service","port":4711}', 'listening'],
  ['{"kind": "ready"}', 'ready'],
  ['{"kind":"checkout","status":201}', 'checkout'],
  ['{"kind":"listening","name":"user-service"}', undefined],
  ['{"kind":"listening","name":1,"port":4711}', undefined],
  ['{"level":30,"msg":"an ordinary line"}', undefined],
  ['{"kind":', undefined],
  [' * Running on http://127.0.0.1', undefined],
  ['', undefined],
])('a line of output %s', (line, kind) => {
  expect(parseLine(line)?.kind).toBe(kind);
});

it.each([
  [{ kind: 'conditions', conditions: ordinaryConditions }, 'conditions'],
  [{ kind: 'peers', peers: {} }, 'peers'],
  [{ kind: 'other' }, undefined],
  [null, undefined],
  ['peers', undefined],
])('a message to a child %j', (value, kind) => {
  expect(toChild(value)?.kind).toBe(kind);
});
