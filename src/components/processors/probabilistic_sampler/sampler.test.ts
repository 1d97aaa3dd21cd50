// Decisions and thresholds bit for bit: the tables were computed by a program in Go, with hash/fnv, uint64 and float32.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../base/hex.ts';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { type Bits56, hexOf, randomOfTraceId } from '../../../otlp/sampling/bits56.ts';
import {
  adjustedCountOf,
  KEEP_ALL,
  keeps,
  parseRandomness,
  parseThreshold,
  probabilityOf,
  thresholdText,
} from '../../../otlp/sampling/threshold.ts';
import { probabilisticSamplerConfig } from './config.ts';
import { fnv1a, randomnessOfHash } from './hash.ts';
import { type Decision, type Item, type Prior, Sampler } from './sampler.ts';

const NO_PRIOR: Prior = { threshold: undefined, randomness: undefined };

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(16);

function hashed(id: string, seed = 0): { randomness: Bits56; policy: string } {
  const bytes = bytesOf(id);
  return { randomness: randomnessOfHash(fnv1a(seed, bytes, 0, 16)), policy: 'trace_id_hash' };
}

const itemOf = (id: string, more: Partial<Item> = {}): Item => ({
  prior: NO_PRIOR,
  traceRandomness: randomOfTraceId(bytesOf(id), 0),
  hashed: hashed(id),
  forced: undefined,
  ...more,
});

const samplerOf = (config: object): Sampler =>
  new Sampler(configOf(probabilisticSamplerConfig, config));

const thOf = (decision: Decision): string | undefined =>
  decision.write?.threshold === undefined ? undefined : thresholdText(decision.write.threshold);
const rvOf = (decision: Decision): string | undefined =>
  decision.write?.randomness === undefined ? undefined : hexOf(decision.write.randomness);

const rows = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '));

/** Seed, percent, trace id; kept, threshold, randomness. */
const HASHED = rows(`
  0 0.1 00000000000000000000000000000001 false ffc 74f42e348fe2c2
  0 0.1 0af7651916cd43dd8448eb211c80319c false ffc 886c204b10dde4
  0 0.1 4bf92f3577b34da6a3ce929d0e0e4736 false ffc fdc80d0b42008d
  0 15.3 00000000000000000000000000000001 false d8d8 74f42e348fe2c2
  0 15.3 0af7651916cd43dd8448eb211c80319c false d8d8 886c204b10dde4
  0 15.3 4bf92f3577b34da6a3ce929d0e0e4736 true d8d8 fdc80d0b42008d
  0 50 00000000000000000000000000000001 false 8 74f42e348fe2c2
  0 50 0af7651916cd43dd8448eb211c80319c true 8 886c204b10dde4
  0 50 4bf92f3577b34da6a3ce929d0e0e4736 true 8 fdc80d0b42008d
  0 99.9 00000000000000000000000000000001 true 0044 74f42e348fe2c2
  0 99.9 0af7651916cd43dd8448eb211c80319c true 0044 886c204b10dde4
  0 99.9 4bf92f3577b34da6a3ce929d0e0e4736 true 0044 fdc80d0b42008d
  0 100 00000000000000000000000000000001 true 0 74f42e348fe2c2
  0 100 0af7651916cd43dd8448eb211c80319c true 0 886c204b10dde4
  0 100 4bf92f3577b34da6a3ce929d0e0e4736 true 0 fdc80d0b42008d
  22 0.1 00000000000000000000000000000001 false ffc 4b3c1e4893ed30
  22 0.1 0af7651916cd43dd8448eb211c80319c false ffc f984040d03019e
  22 0.1 4bf92f3577b34da6a3ce929d0e0e4736 false ffc 3e50158161306b
  22 15.3 00000000000000000000000000000001 false d8d8 4b3c1e4893ed30
  22 15.3 0af7651916cd43dd8448eb211c80319c true d8d8 f984040d03019e
  22 15.3 4bf92f3577b34da6a3ce929d0e0e4736 false d8d8 3e50158161306b
  22 50 00000000000000000000000000000001 false 8 4b3c1e4893ed30
  22 50 0af7651916cd43dd8448eb211c80319c true 8 f984040d03019e
  22 50 4bf92f3577b34da6a3ce929d0e0e4736 false 8 3e50158161306b
  22 99.9 00000000000000000000000000000001 true 0044 4b3c1e4893ed30
  22 99.9 0af7651916cd43dd8448eb211c80319c true 0044 f984040d03019e
  22 99.9 4bf92f3577b34da6a3ce929d0e0e4736 true 0044 3e50158161306b
  22 100 00000000000000000000000000000001 true 0 4b3c1e4893ed30
  22 100 0af7651916cd43dd8448eb211c80319c true 0 f984040d03019e
  22 100 4bf92f3577b34da6a3ce929d0e0e4736 true 0 3e50158161306b
  4294967295 0.1 00000000000000000000000000000001 false ffc 8e8418d937dc5e
  4294967295 0.1 0af7651916cd43dd8448eb211c80319c false ffc 373c3a1486b230
  4294967295 0.1 4bf92f3577b34da6a3ce929d0e0e4736 false ffc 53f80518466b01
  4294967295 15.3 00000000000000000000000000000001 false d8d8 8e8418d937dc5e
  4294967295 15.3 0af7651916cd43dd8448eb211c80319c false d8d8 373c3a1486b230
  4294967295 15.3 4bf92f3577b34da6a3ce929d0e0e4736 false d8d8 53f80518466b01
  4294967295 50 00000000000000000000000000000001 true 8 8e8418d937dc5e
  4294967295 50 0af7651916cd43dd8448eb211c80319c false 8 373c3a1486b230
  4294967295 50 4bf92f3577b34da6a3ce929d0e0e4736 false 8 53f80518466b01
  4294967295 99.9 00000000000000000000000000000001 true 0044 8e8418d937dc5e
  4294967295 99.9 0af7651916cd43dd8448eb211c80319c true 0044 373c3a1486b230
  4294967295 99.9 4bf92f3577b34da6a3ce929d0e0e4736 true 0044 53f80518466b01
  4294967295 100 00000000000000000000000000000001 true 0 8e8418d937dc5e
  4294967295 100 0af7651916cd43dd8448eb211c80319c true 0 373c3a1486b230
  4294967295 100 4bf92f3577b34da6a3ce929d0e0e4736 true 0 53f80518466b01
`);

/** Percent, digits, trace id, threshold before; proportional: kept, threshold; equalizing: kept, threshold. */
const CONSISTENT = rows(`
  10 4 5b8efff798038103d269b633813fc60c 0 false e666 false e666
  10 4 4bf92f3577b34da6a3ce929d0e0e4736 0 false e666 false e666
  10 4 4bf92f3577b34da6a3ce929d0e0e4736 8 false f3333 false e666
  10 4 000000000000000000ffffffffffffff 0 true e666 true e666
  10 4 000000000000000000ffffffffffffff 8 true f3333 true e666
  10 4 000000000000000000ffffffffffffff eb851eb851eb85 true fdf3b true eb851eb851eb85
  10 4 000000000000000000f0000000000000 0 true e666 true e666
  10 4 000000000000000000f0000000000000 8 false f3333 true e666
  10 4 000000000000000000f0000000000000 eb851eb851eb85 false fdf3b true eb851eb851eb85
  10 6 5b8efff798038103d269b633813fc60c 0 false e66666 false e66666
  10 6 4bf92f3577b34da6a3ce929d0e0e4736 0 false e66666 false e66666
  10 6 4bf92f3577b34da6a3ce929d0e0e4736 8 false f333333 false e66666
  10 6 000000000000000000ffffffffffffff 0 true e66666 true e66666
  10 6 000000000000000000ffffffffffffff 8 true f333333 true e66666
  10 6 000000000000000000ffffffffffffff eb851eb851eb85 true fdf3b64 true eb851eb851eb85
  10 6 000000000000000000f0000000000000 0 true e66666 true e66666
  10 6 000000000000000000f0000000000000 8 false f333333 true e66666
  10 6 000000000000000000f0000000000000 eb851eb851eb85 false fdf3b64 true eb851eb851eb85
  33.3 4 5b8efff798038103d269b633813fc60c 0 false aac1 false aac1
  33.3 4 4bf92f3577b34da6a3ce929d0e0e4736 0 true aac1 true aac1
  33.3 4 4bf92f3577b34da6a3ce929d0e0e4736 8 false d56 true aac1
  33.3 4 000000000000000000ffffffffffffff 0 true aac1 true aac1
  33.3 4 000000000000000000ffffffffffffff 8 true d56 true aac1
  33.3 4 000000000000000000ffffffffffffff eb851eb851eb85 true f92e2 true eb851eb851eb85
  33.3 4 000000000000000000f0000000000000 0 true aac1 true aac1
  33.3 4 000000000000000000f0000000000000 8 true d56 true aac1
  33.3 4 000000000000000000f0000000000000 eb851eb851eb85 false f92e2 true eb851eb851eb85
  33.3 6 5b8efff798038103d269b633813fc60c 0 false aac083 false aac083
  33.3 6 4bf92f3577b34da6a3ce929d0e0e4736 0 true aac083 true aac083
  33.3 6 4bf92f3577b34da6a3ce929d0e0e4736 8 false d56042 true aac083
  33.3 6 000000000000000000ffffffffffffff 0 true aac083 true aac083
  33.3 6 000000000000000000ffffffffffffff 8 true d56042 true aac083
  33.3 6 000000000000000000ffffffffffffff eb851eb851eb85 true f92e1f true eb851eb851eb85
  33.3 6 000000000000000000f0000000000000 0 true aac083 true aac083
  33.3 6 000000000000000000f0000000000000 8 true d56042 true aac083
  33.3 6 000000000000000000f0000000000000 eb851eb851eb85 false f92e1f true eb851eb851eb85
  0.5 4 5b8efff798038103d269b633813fc60c 0 false feb85 false feb85
  0.5 4 4bf92f3577b34da6a3ce929d0e0e4736 0 false feb85 false feb85
  0.5 4 4bf92f3577b34da6a3ce929d0e0e4736 8 false ff5c29 false feb85
  0.5 4 000000000000000000ffffffffffffff 0 true feb85 true feb85
  0.5 4 000000000000000000ffffffffffffff 8 true ff5c29 true feb85
  0.5 4 000000000000000000ffffffffffffff eb851eb851eb85 true ffe5c9 true feb85
  0.5 4 000000000000000000f0000000000000 0 false feb85 false feb85
  0.5 4 000000000000000000f0000000000000 8 false ff5c29 false feb85
  0.5 4 000000000000000000f0000000000000 eb851eb851eb85 false ffe5c9 false feb85
  0.5 6 5b8efff798038103d269b633813fc60c 0 false feb851f false feb851f
  0.5 6 4bf92f3577b34da6a3ce929d0e0e4736 0 false feb851f false feb851f
  0.5 6 4bf92f3577b34da6a3ce929d0e0e4736 8 false ff5c28f6 false feb851f
  0.5 6 000000000000000000ffffffffffffff 0 true feb851f true feb851f
  0.5 6 000000000000000000ffffffffffffff 8 true ff5c28f6 true feb851f
  0.5 6 000000000000000000ffffffffffffff eb851eb851eb85 true ffe5c91d true feb851f
  0.5 6 000000000000000000f0000000000000 0 false feb851f false feb851f
  0.5 6 000000000000000000f0000000000000 8 false ff5c28f6 false feb851f
  0.5 6 000000000000000000f0000000000000 eb851eb851eb85 false ffe5c91d false feb851f
`);

it.each(HASHED)('hash_seed %s, %s %%, %s: kept %s, th:%s rv:%s', (...row) => {
  const [seed, percent, id = '', kept, threshold, randomness] = row;
  const sampler = samplerOf({ hash_seed: Number(seed), sampling_percentage: Number(percent) });
  const decision = sampler.decide(itemOf(id, { hashed: hashed(id, Number(seed)) }));
  expect(hexOf(hashed(id, Number(seed)).randomness)).toBe(randomness);
  expect(decision).toMatchObject({ kept: kept === 'true', policy: 'trace_id_hash' });
  expect([thOf(decision), rvOf(decision)]).toEqual(
    kept === 'true' ? [threshold, randomness] : [undefined, undefined],
  );
});

it.each(CONSISTENT)('%s %%, %s digits, %s after th:%s', (...row) => {
  const [percent, digits, id = '', before = '', keptP, thP, keptE, thE] = row;
  const prior = { threshold: parseThreshold(before), randomness: undefined };
  const common = { sampling_percentage: Number(percent), sampling_precision: Number(digits) };
  for (const [mode, kept, threshold] of [
    ['proportional', keptP, thP],
    ['equalizing', keptE, thE],
  ]) {
    const decision = samplerOf({ ...common, mode }).decide(itemOf(id, { prior }));
    expect([mode, decision.kept, decision.policy, thOf(decision)]).toEqual([
      mode,
      kept === 'true',
      'trace_id_w3c',
      kept === 'true' ? threshold : undefined,
    ]);
  }
});

const ID = '5b8efff798038103d269b633813fc60c';
const MODES = ['hash_seed', 'equalizing', 'proportional'];

describe.each(MODES)('%s', (mode) => {
  it.each([0, 0.001])('keeps nothing at %d %% that rounds to nothing', (sampling_percentage) => {
    if (mode !== 'hash_seed' && sampling_percentage > 0) return;
    const decision = samplerOf({ mode, sampling_percentage }).decide(itemOf(ID));
    expect(decision).toMatchObject({ kept: false, policy: 'sampling_priority', fault: undefined });
  });

  it.each([100, 200])('keeps all at %d %%', (sampling_percentage) => {
    const decision = samplerOf({ mode, sampling_percentage }).decide(itemOf(ID));
    expect([decision.kept, thOf(decision)]).toEqual([true, '0']);
  });

  it.each<[what: string, item: Partial<Item>, fault: string]>([
    ['unreadable', { prior: undefined }, 'sampling information cannot be read'],
    ['without randomness', { traceRandomness: undefined, hashed: undefined }, 'no randomness'],
  ])('%s: dropped with the reason, or kept when it fails open', (_what, item, fault) => {
    const config = { mode, sampling_percentage: 100 };
    expect(samplerOf(config).decide(itemOf(ID, item))).toMatchObject({ kept: false, fault });
    const open = samplerOf({ ...config, fail_closed: false }).decide(itemOf(ID, item));
    expect([open.kept, thOf(open)]).toEqual([
      true,
      item.prior === undefined && 'prior' in item ? undefined : '0',
    ]);
  });

  it('an item’s own word comes first', () => {
    const sampler = samplerOf({ mode, sampling_percentage: 0 });
    const forced = sampler.decide(itemOf(ID, { forced: KEEP_ALL }));
    expect([forced.kept, forced.policy, thOf(forced)]).toEqual([true, 'sampling_priority', '0']);
  });
});

it('randomness that is given counts more than the trace id', () => {
  const randomness = parseRandomness('ffffffffffffff');
  const sampler = samplerOf({ mode: 'proportional', sampling_percentage: 1 });
  const decision = sampler.decide(itemOf(ID, { prior: { threshold: undefined, randomness } }));
  expect([decision.kept, decision.policy, thOf(decision), rvOf(decision)]).toEqual([
    true,
    'sampling_randomness',
    'fd70a',
    'ffffffffffffff',
  ]);
});

it.each(['equalizing', 'proportional'])(
  '%s: a threshold that cannot be true is an error',
  (mode) => {
    const prior = { threshold: parseThreshold('ff'), randomness: undefined };
    const config = { mode, sampling_percentage: 100 };
    expect(samplerOf(config).decide(itemOf(ID, { prior }))).toMatchObject({
      kept: false,
      fault: 'threshold and randomness contradict each other',
    });
    const open = samplerOf({ ...config, fail_closed: false }).decide(itemOf(ID, { prior }));
    expect([open.kept, thOf(open)]).toEqual([true, '0']);
  },
);

it('a word that would raise the probability leaves the threshold', () => {
  const prior = { threshold: parseThreshold('4'), randomness: undefined };
  const sampler = samplerOf({ mode: 'equalizing', sampling_percentage: 1 });
  const decision = sampler.decide(itemOf(ID, { prior, forced: KEEP_ALL }));
  expect([decision.kept, thOf(decision)]).toEqual([true, '4']);
});

describe('hash_seed after another sampler, where upstream drops everything', () => {
  const trace = fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((id) => id[0] !== 0);
  const hexOfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

  it('decides as it would without it, and what is written holds and counts right', () => {
    const threshold = fc.constantFrom('0', '8', 'c', 'e6666', 'fd70a');
    fc.assert(
      fc.property(trace, threshold, fc.integer({ min: 1, max: 100 }), (id, th, percent) => {
        const sampler = samplerOf({ sampling_percentage: percent });
        const item = itemOf(hexOfBytes(id));
        const before = parseThreshold(th) ?? KEEP_ALL;
        const prior = { threshold: before, randomness: undefined };
        const decision = sampler.decide({ ...item, prior });
        expect(decision.kept).toBe(sampler.decide(item).kept);
        const { threshold: after, randomness } = decision.write ?? {};
        if (after === undefined || randomness === undefined) return;
        expect(keeps(after, randomness)).toBe(true);
        const wasTrue = keeps(before, randomOfTraceId(id, 0));
        const own = sampler.decide(item).write?.threshold ?? KEEP_ALL;
        const expected = probabilityOf(own) * (wasTrue ? probabilityOf(before) : 1);
        expect(probabilityOf(after)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('two tiers with one seed keep what the stricter keeps, with different seeds a part of it', () => {
    let [same, different, counted] = [0, 0, 0];
    const first = samplerOf({ sampling_percentage: 50 });
    const second = samplerOf({ sampling_percentage: 25 });
    for (let at = 0; at < 4000; at++) {
      const id = (BigInt(at) * 0x9e37_79b9_7f4a_7c15n).toString(16).padStart(32, '1').slice(-32);
      const once = first.decide(itemOf(id));
      if (!once.kept) continue;
      const prior = once.write;
      if (second.decide(itemOf(id, { prior })).kept) same++;
      const twice = second.decide(itemOf(id, { prior, hashed: hashed(id, 7) }));
      if (!twice.kept) continue;
      different++;
      counted += adjustedCountOf(twice.write?.threshold ?? KEEP_ALL);
    }
    expect(same).toBeGreaterThan(850); // a quarter of 4000
    expect(same).toBeLessThan(1150);
    expect(different).toBeGreaterThan(400); // an eighth
    expect(different).toBeLessThan(600);
    expect(counted).toBe(different * 8);
  });
});
