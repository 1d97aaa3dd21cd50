// The journal of a component: what it noted is there after any end of the process.

import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/pipeline/clock.ts';
import type { Journal } from '../../src/pipeline/journal-contract.ts';
import { openJournal } from '../../src/pipeline/journal.ts';
import { temporaryFolder } from '../support/engine.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const texts = async (journal: Journal): Promise<string[]> =>
  (await journal.entries()).map((entry) => new TextDecoder().decode(entry));

it('keeps entries over a restart, and what is replaced instead of them', async () => {
  const path = join(temporaryFolder(), 'traces', 'tail_sampling');
  const first = await openJournal(path, systemClock);
  for (const text of ['a', '', 'ccc']) first.append(bytes(text));
  expect(await texts(first)).toEqual(['a', '', 'ccc']);
  await first.close();
  const second = await openJournal(path, systemClock);
  expect(await texts(second)).toEqual(['a', '', 'ccc']);
  expect(second.size).toBe(3 * 8 + 4);
  await second.replace([bytes('only')]);
  second.append(bytes('more'));
  await second.close();
  const third = await openJournal(path, systemClock);
  expect(await texts(third)).toEqual(['only', 'more']);
  await third.close();
});

it.each<[what: string, damage: (path: string) => void]>([
  ['an entry that was cut off', (path) => truncateSync(path, readFileSync(path).length - 1)],
  ['a length without its entry', (path) => appendFileSync(path, Buffer.from([9, 0, 0, 0, 1]))],
  ['an absurd length', (path) => appendFileSync(path, Buffer.alloc(16, 0xff))],
  ['a wrong checksum', (path) => appendFileSync(path, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 65]))],
])('passes over %s at the end, and goes on behind what is good', async (what, damage) => {
  const path = join(temporaryFolder(), 'journal');
  const first = await openJournal(path, systemClock);
  first.append(bytes('one'));
  first.append(bytes('two'));
  await first.close();
  damage(path);
  const second = await openJournal(path, systemClock);
  const left = what.includes('cut off') ? ['one'] : ['one', 'two'];
  expect(await texts(second)).toEqual(left);
  second.append(bytes('three'));
  await second.close();
  const third = await openJournal(path, systemClock);
  expect(await texts(third)).toEqual([...left, 'three']);
  await third.close();
});

it('writes by itself within some ms', async () => {
  const path = join(temporaryFolder(), 'journal');
  const journal = await openJournal(path, systemClock);
  journal.append(bytes('soon'));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(readFileSync(path).length).toBe(12);
  await journal.close();
});
