import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { prometheusText } from './prometheus-text.ts';
import { Registry } from './registry.ts';

describe('prometheusText', () => {
  it('writes each type, escapes labels, and leaves empty families out', () => {
    const registry = new Registry();
    const accepted = registry.counter('a_total', 'Accepted.');
    accepted({ receiver: 'otlp' }).add(2);
    accepted({ receiver: 'otlp' }).add(3);
    accepted({ receiver: 'a"b\\c\nd' }).add(1);
    registry.gauge('empty', 'Nothing yet.');
    registry.observed('up', 'Asked for.', 'gauge', () => [
      { suffix: '', labels: {}, value: Infinity },
    ]);
    const seconds = registry.histogram('s', 'Time.', [0.1, 1])();
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value);
    expect(prometheusText(registry)).toBe(
      [
        '# HELP a_total Accepted.',
        '# TYPE a_total counter',
        'a_total{receiver="otlp"} 5',
        'a_total{receiver="a\\"b\\\\c\\nd"} 1',
        '# HELP up Asked for.',
        '# TYPE up gauge',
        'up +Inf',
        '# HELP s Time.',
        '# TYPE s histogram',
        's_bucket{le="0.1"} 2',
        's_bucket{le="1"} 3',
        's_bucket{le="+Inf"} 4',
        's_sum 7.65',
        's_count 4',
        '',
      ].join('\n'),
    );
  });

  it('refuses the same name twice', () => {
    const registry = new Registry();
    registry.counter('x', '');
    expect(() => registry.gauge('x', '')).toThrow('registered twice');
  });
});

describe('createLogger', () => {
  const lines = (format: 'text' | 'json') => {
    const out: string[] = [];
    const logger = createLogger({
      level: 'info',
      format,
      write: (line) => out.push(line),
      now: () => 0,
    });
    logger.debug('unseen');
    logger.with({ port: 4318 }).warn('it is taken', { by: 'pid 7', extra: undefined });
    return out;
  };
  it.each([
    ['text', '1970-01-01T00:00:00.000Z warn  it is taken  port=4318 by="pid 7"\n'],
    [
      'json',
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"it is taken","port":4318,"by":"pid 7"}\n',
    ],
  ] as const)('%s', (format, expected) => {
    expect(lines(format)).toEqual([expected]);
  });
});
