import { expect, it } from 'vitest';
import { LastLines } from './last-lines.ts';

it('joins pieces to lines and shows the last twelve, without structured logs', () => {
  const lines: string[] = [];
  const last = new LastLines((line) => lines.push(line));
  last.write('fir');
  last.write('st\nsecond\n\nthi');
  expect(lines).toEqual(['first', 'second', '']);
  expect(last.text()).toBe('first\nsecond\nthi');
  for (let count = 0; count < 30; count++) last.write(`\n${count}`);
  expect(last.text().split('\n')).toHaveLength(12);
  last.write('\n{"level":30}\n');
  expect(last.text().endsWith('28\n29')).toBe(true);
});

it('does not grow with a line without end', () => {
  const last = new LastLines();
  for (let count = 0; count < 100; count++) last.write('x'.repeat(1_000));
  expect(last.text()).toHaveLength(4_000);
});
