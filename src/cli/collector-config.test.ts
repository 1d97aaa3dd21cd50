import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Command, Terminal } from './command.ts';
import { components } from './commands/components.ts';
import { printConfigCommand } from './commands/print-config.ts';
import { validate } from './commands/validate.ts';

const GOOD =
  '{receivers: {nop: }, exporters: {nop: }, service: {pipelines: {traces: {receivers: [nop], exporters: [nop]}}}}';

async function run(command: Command, words: readonly string[], env: Terminal['env'] = {}) {
  let out = '';
  let error = '';
  const code = await command.run(words, {
    out: (text) => (out += text),
    error: (text) => (error += text),
    color: false,
    columns: 100,
    env,
    cwd: '/',
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

describe('validate', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], number, string, string]> = [
    [
      'warnings do not fail',
      ['--config', `yaml:${GOOD}`],
      0,
      'valid, 1 warning\n',
      'no memory_limiter',
    ],
    [
      'errors do',
      [`--config=yaml:${GOOD}`, '--set', 'exporters.nop.a=1'],
      1,
      '',
      'validate: 1 error\n',
    ],
    [
      'several configurations',
      [`yaml:${GOOD}`, 'yaml:receivers::nop::x: 1'],
      1,
      '',
      'unknown key "x"',
    ],
    [
      'feature gates are taken',
      [`--feature-gates=+a,-b`, `yaml:${GOOD}`],
      0,
      'valid, 1 warning\n',
      '',
    ],
    ['no configuration', [], 1, '', 'at least one --config is needed'],
    ['unknown flag', ['--confg', 'x'], 1, '', 'did you mean --config?'],
    ['no file', ['--config', '/nowhere/x.yaml'], 1, '', 'there is no such file'],
    ['from the environment', ['env:CONFIG'], 0, 'valid, 1 warning\n', ''],
  ];
  it.each(cases)('%s', async (_name, words, code, out, error) => {
    const ran = await run(validate, words, { CONFIG: GOOD });
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out });
    expect(ran.error).toContain(error);
  });

  it('says the same as JSON', async () => {
    const { code, out, error } = await run(validate, [
      '--json',
      `yaml:${GOOD}`,
      '--set=exporters.nop.a=1',
    ]);
    expect({ code, error }).toEqual({ code: 1, error: '' });
    expect(JSON.parse(out)).toEqual({
      valid: false,
      problems: [
        {
          severity: 'error',
          path: 'exporters::nop::a',
          message: 'unknown key "a"',
          suggestion: 'nothing can be set here; remove it',
          file: '--set',
          line: 1,
          column: 1,
          endLine: 1,
          endColumn: 16,
        },
      ],
    });
  });
});

describe('print-config', () => {
  it('prints what is in effect', async () => {
    const { code, out } = await run(printConfigCommand, [
      `yaml:${GOOD}`,
      '--set=service.telemetry.logs.level=DEBUG',
    ]);
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({
      receivers: { nop: {} },
      service: { telemetry: { logs: { level: 'DEBUG', encoding: 'console' } } },
    });
  });
  it('prints what is written, as JSON', async () => {
    const words = ['--mode', 'unredacted', '--format=json', `yaml:${GOOD}`];
    expect(JSON.parse((await run(printConfigCommand, words)).out)).toEqual({
      receivers: { nop: null },
      exporters: { nop: null },
      service: { pipelines: { traces: { receivers: ['nop'], exporters: ['nop'] } } },
    });
  });
  it.each([[[]], [['yaml:a: 1']], [['--mode=loud', `yaml:${GOOD}`]]])(
    '%j ends with 1',
    async (words) => {
      const { code, out, error } = await run(printConfigCommand, words);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(error).not.toBe('');
    },
  );
});

describe('components', () => {
  it('lists every kind', async () => {
    const listing: unknown = parse((await run(components, [])).out);
    expect(listing).toMatchObject({
      buildinfo: { command: 'throughline' },
      receivers: expect.arrayContaining([expect.objectContaining({ name: 'nop' })]),
      connectors: expect.arrayContaining([expect.objectContaining({ name: 'forward' })]),
    });
  });
  it('is a JSON Schema on demand', async () => {
    expect(JSON.parse((await run(components, ['--json-schema'])).out)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
    });
  });
  it('takes no words', async () => {
    expect(await run(components, ['x'])).toMatchObject({
      code: 1,
      error: 'throughline components: unexpected "x"\n',
    });
  });
});
