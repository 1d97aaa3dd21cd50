import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Signal } from '../../../base/signal.ts';
import { decodePlain } from '../../../config/schema.ts';
import { jsonToOtlp } from '../../../otlp/json/json-to-otlp.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { mergeBatches } from '../../../pipeline/batch.ts';
import { FakeClock } from '../../../pipeline/suite/fake-clock.ts';
import { type ExporterRun, runExporter } from '../../../pipeline/suite/run-exporter.ts';
import { fileConfig } from './config.ts';
import { fileExporter } from './factory.ts';
import { groupPath } from './files.ts';
import { OutFile } from './out-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-file-'));
});
const runs: ExporterRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.exporter.stop?.();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');

async function start(
  config: object,
  clock = new FakeClock(),
  signal: Signal = 'traces',
): Promise<ExporterRun> {
  const run = await runExporter(
    fileExporter,
    { path: at('out.json'), ...config },
    { clock, signal },
  );
  runs.push(run);
  return run;
}

const spans = (run: ExporterRun, name: string, service = 'shop'): Batch =>
  run.sources.spans([{ name }], { service });

const namesOf = (bytes: Uint8Array): string[] =>
  decode('traces', bytes).resourceSpans.flatMap((group) =>
    group.scopeSpans.flatMap((scope) => scope.spans.map(({ name }) => name)),
  );

const fromJson = (line: string): string[] => {
  const read = jsonToOtlp('traces', line);
  return read.ok ? namesOf(read.value) : [read.error.message];
};

/** Records after their lengths, by the format alone. */
function records(name: string): Buffer[] {
  const bytes = readFileSync(at(name));
  const found: Buffer[] = [];
  for (let i = 0; i < bytes.length;) {
    const length = bytes.readUInt32BE(i);
    found.push(bytes.subarray(i + 4, i + 4 + length));
    i += 4 + length;
  }
  return found;
}

describe('formats', () => {
  it('json: a line a batch', async () => {
    const run = await start({});
    expect(await run.send(spans(run, 'a'))).toEqual({ kind: 'ok' });
    await run.send(spans(run, 'b'));
    const lines = text('out.json').trimEnd().split('\n');
    expect(lines.map(fromJson)).toEqual([['a'], ['b']]);
    expect(statSync(at('out.json')).mode & 0o777).toBe(0o600);
  });

  it('proto: the bytes as they came, in pieces, after their length', async () => {
    const run = await start({ format: 'proto' });
    const one = spans(run, 'a');
    const merged = mergeBatches([spans(run, 'b'), spans(run, 'c')]);
    await run.send(one);
    await run.send(merged);
    expect(records('out.json').map(namesOf)).toEqual([['a'], ['b', 'c']]);
  });

  it.each(['json', 'proto'])('%s with zstd: after its length', async (format) => {
    const run = await start({ format, compression: 'zstd', compression_params: { level: 3 } });
    await run.send(spans(run, 'a'));
    await run.send(spans(run, 'b'));
    const plain = records('out.json').map((record) => zstdDecompressSync(record));
    const names = plain.map((one) => (format === 'json' ? fromJson(one.toString()) : namesOf(one)));
    expect(names).toEqual([['a'], ['b']]);
  });
});

describe('the file', () => {
  it.each([
    [false, [['new']]],
    [true, [['old'], ['new']]],
  ])('append: %s', async (append, expected) => {
    const first = await start({});
    await first.send(spans(first, 'old'));
    const second = await start({ append });
    await second.send(spans(second, 'new'));
    expect(text('out.json').trimEnd().split('\n').map(fromJson)).toEqual(expected);
  });

  it('is in a folder that is there, or made', async () => {
    await expect(start({ path: at('x/y/out.json') })).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
    await start({
      path: at('x/y/out.json'),
      create_directory: true,
      directory_permissions: '0700',
    });
    expect(statSync(at('x/y')).mode & 0o777).toBe(0o700);
  });

  it('is shared by the signals, and closed by the last', async () => {
    const file = new OutFile({
      path: at('o'),
      append: false,
      rotation: undefined,
      folderMode: undefined,
      now: () => 0,
    });
    await file.open();
    await Promise.all(
      ['a', 'b', 'c'].map((letter) => file.write([Buffer.from(letter), Buffer.from('\n')])),
    );
    await file.close();
    expect(text('o')).toBe('a\nb\nc\n');
    await expect(file.write([Buffer.from('d')])).rejects.toThrow('not open');
  });

  it('that cannot be written is a reason to try again', async () => {
    const run = await start({
      group_by: { enabled: true, resource_attribute: 'service.name' },
      path: at('*.json'),
    });
    mkdirSync(at('shop.json'));
    expect(await run.send(spans(run, 'a'))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('EISDIR'),
    });
    rmSync(at('shop.json'), { recursive: true });
    expect(await run.send(spans(run, 'a'))).toEqual({ kind: 'ok' });
  });
});

describe('rotation', () => {
  const former = (): string[] =>
    readdirSync(folder)
      .filter((name) => name !== 'out.json')
      .toSorted();
  const big = (run: ExporterRun, letter: string): Batch => spans(run, letter.repeat(700_000));
  const rotation = { max_megabytes: 1 };

  it('begins a new file before one grows too large', async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    const run = await start({ rotation }, clock);
    for (const letter of ['a', 'b', 'c']) await run.send(big(run, letter));
    expect(former()).toEqual([
      'out-2026-01-02T03-04-05.678.json',
      'out-2026-01-02T03-04-05.679.json', // never over another one
    ]);
    expect(fromJson(text('out.json'))[0]?.[0]).toBe('c');
  });

  it('goes on in a file that is there, and keeps the newest only', async () => {
    const clock = new FakeClock(Date.UTC(2026, 5, 10));
    for (const name of [
      'out-2026-06-01T00-00-00.000.json',
      'out-2026-06-09T00-00-00.000.json',
      'out-not-mine.json',
      'other-2026-06-01T00-00-00.000.json',
    ])
      writeFileSync(at(name), '');
    writeFileSync(at('out.json'), 'before\n');
    const run = await start({ rotation: { ...rotation, max_days: 3 } }, clock);
    expect(former()).toEqual([
      'other-2026-06-01T00-00-00.000.json',
      'out-2026-06-09T00-00-00.000.json',
      'out-not-mine.json',
    ]);
    await run.send(spans(run, 'a'));
    expect(text('out.json')).toMatch(/^before\n\{/);
    const few = await start({ rotation: { ...rotation, max_backups: 1 } }, clock);
    for (const letter of ['a', 'b', 'c']) {
      await clock.advance(1000);
      await few.send(big(few, letter));
    }
    expect(former().filter((name) => name.startsWith('out-2026'))).toHaveLength(1);
  });

  it('takes a batch that is larger than a file', async () => {
    const run = await start({ rotation });
    expect(await run.send(spans(run, 'x'.repeat(2_000_000)))).toEqual({ kind: 'ok' });
    expect(await run.send(spans(run, 'y'))).toEqual({ kind: 'ok' });
    expect(former()).toHaveLength(1);
  });
});

describe('group_by', () => {
  const group_by = { enabled: true, resource_attribute: 'service.name', max_open_files: 2 };

  it('writes a file for each value, also with few open at once; what has none is said', async () => {
    const run = await start({ path: at('*/spans.json'), group_by });
    for (const round of ['1', '2']) {
      const batch = mergeBatches(['a', 'b', 'c'].map((name) => spans(run, name + round, name)));
      expect(await run.send(batch)).toEqual({ kind: 'ok' });
    }
    for (const name of ['a', 'b', 'c']) {
      const lines = text(`${name}/spans.json`).trimEnd().split('\n').map(fromJson);
      expect(lines).toEqual([[`${name}1`], [`${name}2`]]);
    }
    const nameless = run.sources.batch('traces', {
      resourceSpans: [
        { scopeSpans: [{ spans: [{ traceId: '01'.repeat(16), spanId: '01'.repeat(8) }] }] },
      ],
    });
    expect(await run.send(nameless)).toEqual({
      kind: 'ok',
      rejected: { items: 1, reason: 'their resource has no text service.name' },
    });
  });

  it.each([
    ['/data/*.json', 'a', '/data/a.json'],
    ['/data/*.json', './a', '/data/a.json'],
    ['/data/*.json', 'x/../a', '/data/a.json'],
    ['/data/*.json', '../etc/passwd', '/data/etc/passwd.json'],
    ['/data/*.json', 'x/../../../etc/passwd', '/data/etc/passwd.json'],
    ['/data/pre-*', '/../../etc/passwd', '/data/pre-/etc/passwd'],
    ['/data/*', 'a\0b', '/data/ab'],
  ])('%s with %s is %s', (path, segment, expected) => {
    expect(groupPath(path, segment)).toBe(expected);
  });
});

describe('refused or warned of', () => {
  it.each<[object, string]>([
    [{}, 'path: "path" is missing'],
    [{ path: '' }, 'path: must not be empty'],
    [{ path: 'a', format: 'text' }, 'format: "text" is not one of the words for this field'],
    [
      { path: 'a', compression: 'gzip' },
      'compression: "gzip" is not one of the words for this field',
    ],
    [{ path: 'a', append: true, compression: 'zstd' }, 'append: does not go with compression'],
    [{ path: 'a', append: true, rotation: {} }, 'append: does not go with rotation'],
    [
      { path: 'a', directory_permissions: '0755' },
      'directory_permissions: is for create_directory',
    ],
    [
      { path: 'a', create_directory: true, directory_permissions: '999' },
      'directory_permissions: is no octal mode',
    ],
    [{ path: 'a', group_by: { enabled: true } }, 'path: must have exactly one * with group_by'],
    [{ path: '*', group_by: { enabled: true } }, 'path: must not begin with the *'],
    [
      { path: 'a', encoding: 'otlp' },
      'encoding: otlp is an encoding extension, which are not there yet',
    ],
    [
      { path: 'a/*', rotation: {}, group_by: { enabled: true } },
      'rotation: has no effect with group_by',
    ],
  ])('%o', (config, expected) => {
    const { errors, warnings } = decodePlain(fileConfig, config);
    expect([...errors, ...warnings].map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expected,
    ]);
  });
});

it('rotation: alone has its defaults', () => {
  const { config } = decodePlain(fileConfig, { path: 'a', rotation: null });
  expect(config).toMatchObject({
    rotation: { max_megabytes: 100, max_days: 0, max_backups: 100, localtime: false },
  });
  expect(existsSync('a')).toBe(false);
});
