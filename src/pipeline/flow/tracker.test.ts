import { expect, it } from 'vitest';
import { IN_PROCESSING } from '../source.ts';
import { Tracker } from './tracker.ts';

const A = 1;
const B = 2;

/** Records of 10 bytes from position 0 on, and a tracker with an exporter A at 0 and B where the test wants it. */
function setUp(positionOfB = 0) {
  let moves = 0;
  const tracker = new Tracker(
    [
      { account: A, name: 'a', position: 0 },
      { account: B, name: 'b', position: positionOfB },
    ],
    () => moves++,
  );
  const read = (count: number) =>
    Array.from({ length: count }, () => tracker.add(tracker.end, tracker.end + 10));
  return { tracker, read, moves: () => moves };
}

/** As a fan-out to both exporters. */
function claim(source: ReturnType<Tracker['add']>): void {
  source.retain(A, 1);
  source.retain(B, 1);
  source.release(IN_PROCESSING, 1);
}

it('moves each exporter on by what it has delivered, in the order of the log', () => {
  const { tracker, read } = setUp();
  const [first, second, third] = read(3);
  for (const source of [first, second, third]) if (source !== undefined) claim(source);
  expect([tracker.positionOf(A), tracker.positionOf(B)]).toEqual([0, 0]);
  second?.release(A, 1); // out of order: the first is still owed
  expect(tracker.positionOf(A)).toBe(0);
  first?.release(A, 1);
  expect([tracker.positionOf(A), tracker.positionOf(B)]).toEqual([20, 0]);
  third?.release(A, 1);
  for (const source of [first, second, third]) source?.release(B, 1);
  expect([tracker.positionOf(A), tracker.positionOf(B)]).toEqual([30, 30]);
});

it('stays at a record that a processor still holds, whatever was delivered of it', () => {
  const { tracker, read } = setUp();
  const [source] = read(1);
  source?.retain(IN_PROCESSING, 1); // a split: half of it is undecided
  if (source !== undefined) claim(source);
  source?.release(A, 1);
  expect(tracker.positionOf(A)).toBe(0);
  source?.release(IN_PROCESSING, 1);
  expect(tracker.positionOf(A)).toBe(10);
});

it('passes records that are not for the pipeline, and tells whenever something may have moved', () => {
  const { tracker, read, moves } = setUp();
  tracker.pass(10);
  expect([tracker.positionOf(A), moves()]).toEqual([10, 1]);
  const [source] = read(1);
  tracker.pass(40);
  expect(tracker.positionOf(A)).toBe(10);
  source?.release(IN_PROCESSING, 1);
  expect(tracker.positionOf(A)).toBe(40);
});

it('knows what an exporter had before, and where the pipeline has to come to rest for it', () => {
  const { tracker, read } = setUp(15);
  expect(tracker.boundaries).toEqual([15]);
  const [first, second, third] = read(3);
  const had = [first, second, third].map((one) => one && tracker.wasDelivered(one, B));
  expect(had).toEqual([true, true, false]);
  expect(first && tracker.wasDelivered(first, A)).toBe(false);
  expect(tracker.positionOf(B)).toBe(15); // never behind what is stored
});

it('says how far an exporter is when some holds are gone', () => {
  const { tracker, read } = setUp();
  const sources = read(3);
  sources.forEach(claim);
  const [first, second] = sources;
  expect(tracker.positionAfter(A, second === undefined ? [] : [second])).toEqual(['a', 0]);
  expect(tracker.positionAfter(A, sources.slice(0, 2))).toEqual(['a', 20]);
  first?.retain(A, 1); // two batches of one record
  expect(tracker.positionAfter(A, sources.slice(0, 2))).toEqual(['a', 0]);
});

it('gives out again what stopped processors held, once', () => {
  const { tracker, read } = setUp();
  const [first, second] = read(2);
  first?.retain(IN_PROCESSING, 2);
  second?.release(IN_PROCESSING, 1);
  expect(tracker.takeHeld()).toEqual([first]);
  expect(first?.holds(IN_PROCESSING)).toBe(1);
});

it('begins a new exporter behind what was read, and waits no more for one that is gone', () => {
  const { tracker, read } = setUp();
  const [source] = read(1);
  if (source !== undefined) claim(source);
  tracker.setAccounts([
    { account: A, name: 'a' },
    { account: 3, name: 'c' },
  ]);
  expect(tracker.accounts).toEqual([A, 3]);
  expect(tracker.positionOf(3)).toBe(10);
  source?.release(A, 1);
  expect(tracker.positionOf(A)).toBe(10);
});

it('waits for everybody where there is one account for all', () => {
  const tracker = new Tracker([{ account: IN_PROCESSING, name: 'all', position: 0 }], () => 0);
  const source = tracker.add(0, 10);
  source.retain(7, 1);
  source.release(IN_PROCESSING, 1);
  expect(tracker.positionOf(IN_PROCESSING)).toBe(0);
  source.release(7, 1);
  expect(tracker.positionOf(IN_PROCESSING)).toBe(10);
});

it('forgets what is done with, in bulk', () => {
  const { tracker, read } = setUp();
  for (let round = 0; round < 5; round++) {
    for (const source of read(1000)) source.release(IN_PROCESSING, 1);
    tracker.positionOf(A);
    tracker.positionOf(B);
  }
  expect(tracker.positionOf(A)).toBe(50_000);
  const [last] = read(1);
  expect(tracker.positionOf(A)).toBe(50_000);
  last?.release(IN_PROCESSING, 1);
  expect([tracker.positionOf(A), tracker.positionOf(B)]).toEqual([50_010, 50_010]);
});
