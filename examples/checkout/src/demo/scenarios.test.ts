import { expect, it } from 'vitest';
import { conditionsOf, DEFAULT_SCENARIO, scenarios } from './scenarios.ts';

it('has these, each different from all others', () => {
  expect(scenarios.map(({ name }) => name)).toEqual([
    'healthy',
    'slow-payment',
    'slow-query',
    'lock-wait',
    'retry-storm',
    'n-plus-one',
    'broken-propagation',
    'error-burst',
    'cold-cache',
  ]);
  const conditions = scenarios.map(({ name }) => JSON.stringify(conditionsOf(name)));
  expect(new Set(conditions).size).toBe(scenarios.length);
});

it('begins with one that there is', () => {
  expect(scenarios.map(({ name }) => name)).toContain(DEFAULT_SCENARIO);
});

it('what the processes are told does not say the name', () => {
  for (const { name } of scenarios) {
    expect(JSON.stringify(conditionsOf(name))).not.toContain(name);
  }
});

it('names those that there are when asked for another', () => {
  expect(() => conditionsOf('slow')).toThrow(/no scenario slow\. There are: healthy, slow-payment/);
});
