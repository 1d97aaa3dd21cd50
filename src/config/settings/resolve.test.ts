import { describe, expect, it } from 'vitest';
import { boolean, bytes, choice, duration, list, port, string } from './declare.ts';
import { helpFor } from './help.ts';
import { resolveSettings } from './resolve.ts';
import { readSettingsFile } from './settings-file.ts';

const settings = {
  data: string({ group: 'G', text: 'Where.', default: './d' }),
  otlpGrpcPort: port({ group: 'G', text: 'Port.', default: 4317 }),
  retention: duration({ group: 'G', text: 'Age.', default: 1_209_600_000 }),
  maxDisk: bytes({ group: 'G', text: 'Cap.', default: undefined }),
  demo: boolean({ group: 'G', text: 'Shop.', default: false }),
  config: list({ group: 'G', text: 'Files.' }),
  fsync: choice({
    group: 'G',
    text: 'Sync.',
    default: 'interval',
    of: ['interval', 'always', 'off'],
  }),
};

const resolve = (argv: readonly string[], env: Record<string, string> = {}, yaml = '') => {
  const file = readSettingsFile('throughline.yaml', yaml);
  if (!file.ok) throw new Error(file.error);
  return resolveSettings(settings, { argv, env, file: file.value });
};

describe('resolveSettings', () => {
  it('prefers flag over variable over file over default', () => {
    const yaml = 'data: from-file\notlp-grpc-port: 1\nretention: 1d\n';
    const env = { THROUGHLINE_DATA: 'from-env', THROUGHLINE_OTLP_GRPC_PORT: '2' };
    const { values, sources, errors } = resolve(['--data', 'from-flag'], env, yaml);
    expect(errors).toEqual([]);
    expect(values).toMatchObject({
      data: 'from-flag',
      otlpGrpcPort: 2,
      retention: 86_400_000,
      demo: false,
    });
    expect(sources).toEqual({
      data: '--data',
      otlpGrpcPort: 'THROUGHLINE_OTLP_GRPC_PORT',
      retention: 'throughline.yaml:3',
    });
  });

  it.each<[string, string[], object]>([
    ['space', ['--data', 'x'], { data: 'x' }],
    ['equals', ['--data=x=y'], { data: 'x=y' }],
    ['switch', ['--demo'], { demo: true }],
    ['negated switch', ['--demo', '--no-demo'], { demo: false }],
    ['repeated', ['--config', 'a', '--config=b'], { config: ['a', 'b'] }],
    ['size', ['--max-disk', '1.5GiB'], { maxDisk: 1_610_612_736 }],
    ['choice', ['--fsync=always'], { fsync: 'always' }],
  ])('reads a flag: %s', (_name, argv, expected) => {
    const { values, errors } = resolve(argv);
    expect(errors).toEqual([]);
    expect(values).toMatchObject(expected);
  });

  it.each<[string, string[], string]>([
    ['unknown', ['--dta', 'x'], 'unknown flag --dta; did you mean --data?; --help lists them all'],
    ['no value', ['--data'], '--data needs a value: --data TEXT'],
    [
      'bad port',
      ['--otlp-grpc-port', '70000'],
      '--otlp-grpc-port: "70000" is not a whole number from 0 to 65535',
    ],
    ['bad choice', ['--fsync', 'never'], '--fsync: "never" is not one of interval, always, off'],
    [
      'bad duration',
      ['--retention', '14'],
      '--retention: "14" is not a duration; write a number with a unit, such as 500ms, 30s, 1h30m or 14d',
    ],
  ])('says what is wrong: %s', (_name, argv, message) => {
    expect(resolve(argv).errors).toContain(message);
  });

  it('tells the line of an unknown key in the file', () => {
    expect(resolve([], {}, 'data: x\nretension: 3d\n').errors).toEqual([
      'throughline.yaml:2: unknown setting "retension"; did you mean retention?',
    ]);
  });

  it('lists every flag in the help', () => {
    const help = helpFor(settings);
    for (const flag of [
      '--data',
      '--otlp-grpc-port PORT',
      '--fsync interval|always|off',
      '(default 14d)',
    ]) {
      expect(help).toContain(flag);
    }
  });
});
