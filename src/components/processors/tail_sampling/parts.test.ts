// The parts alone: the hash against numbers of another implementation, patterns, the table and the memory of decisions
// against plain maps, the journal.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashTrace } from '../../../otlp/index/trace-words.ts';
import { MemoryJournal } from '../../../pipeline/suite/run-processor.ts';
import { DecidedTraces, LEFT_OUT } from './decided-traces.ts';
import { DecisionJournal } from './decision-journal.ts';
import { compilePatterns, openRepetitions } from './policies/patterns.ts';
import { hash, hashLimit, traceHasher } from './policies/trace-hash.ts';
import { NO_ROW, TraceTable } from './trace-table.ts';

/** FNV-1a as its authors write it down. */
function fnv(bytes: Uint8Array): bigint {
  let value = 0xcbf29ce484222325n;
  for (const byte of bytes) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value;
}

describe('the hash of the probabilistic policy', () => {
  it('is FNV-1a of salt and id', () => {
    const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
    fc.assert(
      fc.property(fc.string(), bytes(16), (salt, id) => {
        traceHasher(salt)(id, 0);
        const whole = Buffer.concat([Buffer.from(new TextEncoder().encode(salt)), id]);
        expect((BigInt(hash.high) << 32n) | BigInt(hash.low)).toBe(fnv(whole));
      }),
    );
  });

  it.each<[ratio: number, limit: bigint]>([
    [0, 0n],
    [0.5, 0x7fff_ffff_ffff_ffffn],
    [1, 0xffff_ffff_ffff_ffffn],
    [2, 0xffff_ffff_ffff_ffffn],
    [-1, 0n],
    [0.25, 0x3fff_ffff_ffff_ffffn],
    [0.1, 1844674407370955263n],
    [2 ** -64, 0n],
    [2 ** -63, 1n],
  ])('its limit for %d', (ratio, limit) => {
    const { high, low } = hashLimit(ratio);
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(limit);
  });
});

describe('patterns', () => {
  it.each<[pattern: string, repetitions: number | 'nested']>([
    ['abc', 0],
    ['^/api/v\\d+/.*$', 2],
    ['a{2,5}', 0],
    ['a{2,}', 1],
    ['[*+]', 0],
    ['\\*\\+', 0],
    ['(?:ab)+', 1],
    ['(a|b)*', 1],
    ['(GET|POST)+', 1],
    ['(a+)+', 'nested'],
    ['(?:a*b)*', 'nested'],
    ['((a+)b)*', 'nested'],
    ['(a|a)*', 'nested'],
    ['(a|ab)*', 'nested'],
    ['(.|b)+', 'nested'],
    ['(a?b)*', 'nested'],
    ['(?<n>x+){2,}', 'nested'],
    ['(a+){3}', 1],
    ['(a+){300}', 'nested'],
    ['a+?b*?', 2],
  ])('%s', (pattern, repetitions) => {
    expect(openRepetitions(pattern)).toBe(repetitions);
  });

  it('those that RE2 refuses are refused, with which it is', () => {
    expect(compilePatterns(['a', '(?=b)'])).toMatchObject({ ok: false, error: { at: 1 } });
    expect(compilePatterns(['(a+)+'])).toMatchObject({
      ok: false,
      error: { remedy: 'write one repetition: (a+)+ is a+, (a*b*)* is [ab]*' },
    });
  });
});

const wordsOf = (id: number): Uint32Array => Uint32Array.of(id, 0, 0, id & 3);

it('the table of traces is a map from ids, in the order of arrival', () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 3000 }), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4000 }), (steps) => {
      const table = new TraceTable(0);
      const expected = new Map<number, number>();
      for (const { id, remove } of steps) {
        const words = wordsOf(id);
        const hashed = hashTrace(words, 0) & 0xff; // many collide
        const row = table.find(words, 0, hashed);
        expect(row !== NO_ROW).toBe(expected.has(id));
        if (row !== NO_ROW && remove) {
          table.remove(row);
          expected.delete(id);
        } else {
          const at = row === NO_ROW ? table.add(words, 0, hashed, 0) : row;
          table.append(at, id, 0, 1, 10);
          expected.set(id, (expected.get(id) ?? 0) + 1);
        }
      }
      expect(table.count).toBe(expected.size);
      const order: Array<[number, number]> = [];
      for (let row = table.oldest; row !== NO_ROW; row = table.after(row)) {
        order.push([table.words[row * 4] ?? -1, table.spans[row] ?? -1]);
      }
      expect(order).toEqual([...expected]);
      for (let row = table.oldest; row !== NO_ROW; row = table.oldest) table.remove(row);
      expect([table.count, table.sizeBytes]).toEqual([0, 0]);
    }),
    { numRuns: 20 },
  );
});

it('decisions are remembered, of each kind those asked for last', () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 60 }), kept: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const decided = new DecidedTraces({ kept: 7, leftOut: 20 });
      const expected = { kept: new Set<number>(), leftOut: new Set<number>() };
      for (const { id, kept } of steps) {
        const words = wordsOf(id);
        const hashed = hashTrace(words, 0) & 7;
        const known = [expected.kept, expected.leftOut].find((ids) => ids.has(id));
        const found = decided.find(words, 0, hashed);
        expect(found?.chance).toBe(
          known === undefined ? undefined : known === expected.kept ? 0.5 : LEFT_OUT,
        );
        known?.delete(id);
        known?.add(id);
        if (known !== undefined) continue;
        decided.add(words, 0, hashed, { chance: kept ? 0.5 : LEFT_OUT, atMs: 0 });
        const [ids, limit] = kept ? [expected.kept, 7] : [expected.leftOut, 20];
        ids.add(id);
        for (const oldest of ids) if (ids.size > limit) ids.delete(oldest);
      }
    }),
    { numRuns: 50 },
  );
});

it('the journal keeps young decisions and forgets old ones', async () => {
  const journal = new MemoryJournal();
  let now = 0;
  const open = () => new DecisionJournal(journal, 1000, () => now);
  const first = open();
  const many = 40_000; // several entries
  for (let id = 0; id < many; id++) first.add(wordsOf(id), 0, id % 2 === 0 ? 0.25 : LEFT_OUT);
  await first.flush();
  now = 900;
  first.add(wordsOf(many), 0, 1);
  await first.flush();
  const chanceOf = async (id: number): Promise<number | undefined> => {
    const decided = new DecidedTraces({ kept: 1, leftOut: 1 });
    await open().load(decided, 0);
    const words = wordsOf(id);
    return decided.find(words, 0, hashTrace(words, 0))?.chance;
  };
  expect([await chanceOf(0), await chanceOf(1), await chanceOf(many - 1)]).toEqual([0.25, 0, 0]);
  now = 1500;
  expect([await chanceOf(0), await chanceOf(many)]).toEqual([undefined, 1]);
  const before = journal.size;
  const later = open();
  for (let id = 0; id < 200_000; id++) later.add(wordsOf(id), 0, LEFT_OUT);
  await later.flush();
  expect(journal.size).toBeLessThan(before + 200_000 * 24);
  expect(await chanceOf(many)).toBe(1);
});
