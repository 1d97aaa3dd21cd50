// What Prometheus' own translator makes of names (https://github.com/prometheus/otlptranslator), as tables.

import { describe, expect, it } from 'vitest';
import { escapeName, type Escaping } from './escape.ts';
import { labelName, labelsOf } from './label-name.ts';
import {
  metricName,
  type NamedMetric,
  namingOf,
  STRATEGIES,
  type Strategy,
} from './metric-name.ts';
import { goNumber, openMetricsNumber, parseNumber } from './number-text.ts';
import { originalMetric } from './original-name.ts';

type Kind = NamedMetric['kind'];
const [WITH, WITHOUT, UTF8, NONE] = STRATEGIES;

const cases: ReadonlyArray<
  readonly [
    strategy: Strategy,
    name: string,
    unit: string,
    kind: Kind,
    expected: string | undefined,
    namespace?: string,
  ]
> = [
  [WITHOUT, 'simple_metric', '', 'gauge', 'simple_metric'],
  [WITHOUT, 'metric@with#special$chars', '', 'gauge', 'metric_with_special_chars'],
  [WITHOUT, '123metric', '', 'gauge', '_123metric'],
  [WITHOUT, 'simple_metric', '', 'gauge', 'test_namespace_simple_metric', 'test_namespace'],
  [WITHOUT, 'metric', '', 'gauge', 'test_namespace_metric', 'test@namespace!!??'],
  [WITHOUT, 'metric@@##$$name', '', 'gauge', 'metric_name'],
  [WITHOUT, 'a__b', '', 'gauge', 'a__b'],
  [WITHOUT, '@#$%', '', 'gauge', undefined],
  [WITHOUT, '', '', 'gauge', undefined],
  [WITHOUT, 'requests', '{req}', 'counter', 'requests'],
  [WITH, 'requests', '', 'counter', 'requests_total'],
  [WITH, 'cpu_usage', '1', 'gauge', 'cpu_usage_ratio'],
  [WITH, 'items', '1', 'counter', 'items_total'],
  [WITH, 'response_time', 'ms', 'gauge', 'response_time_milliseconds'],
  [WITH, 'memory_usage', 'By', 'gauge', 'memory_usage_bytes'],
  [WITH, 'requests', '1/s', 'gauge', 'requests_per_second'],
  [WITH, 'throughput', 'By/s', 'gauge', 'throughput_bytes_per_second'],
  [WITH, 'custom_metric', 'custom_unit', 'gauge', 'custom_metric_custom_unit'],
  [WITH, 'custom_metric', '{custom}', 'gauge', 'custom_metric'],
  [WITH, 'custom_metric', 'By/{custom}', 'gauge', 'custom_metric_bytes'],
  [WITH, 'requests_total', '', 'counter', 'requests_total'],
  [WITH, 'total_requests', '', 'counter', 'requests_total'],
  [WITH, 'cpu_usage_ratio', '1', 'gauge', 'cpu_usage_ratio'],
  [WITH, 'response_time_seconds', 's', 'gauge', 'response_time_seconds'],
  [WITH, 'requests', '1/s', 'counter', 'app_requests_per_second_total', 'app'],
  [WITH, '123_requests', '', 'counter', 'app_123_requests_total', 'app'],
  [WITH, '1_requests', '', 'counter', '_1_requests_total'],
  [
    WITH,
    'metric__with__multiple__underscores',
    'unit__multiple__underscores',
    'gauge',
    'metric_with_multiple_underscores_unit_multiple_underscores',
  ],
  [
    WITH,
    'custom_metric',
    'unit@with#special/chars',
    'gauge',
    'custom_metric_unit_with_special_per_chars',
  ],
  [WITH, '@#$%', '', 'gauge', undefined],
  [WITH, 'http.server.duration', 's', 'other', 'http_server_duration_seconds'],
  [WITH, 'system.cpu.utilization', '1', 'gauge', 'system_cpu_utilization_ratio'],
  [WITH, 'requests', '{req}', 'counter', 'requests_total'],
  [WITH, 'uptime', 'd', 'gauge', 'uptime_days'],
  [WITH, 'room.temperature', 'Cel', 'gauge', 'room_temperature_celsius'],
  [WITH, 'flow', 'm/m', 'gauge', 'flow_meters_per_minute'],
  [WITH, 'hot', '%', 'gauge', 'hot_percent'],
  [WITH, 'fan', ' Hz ', 'gauge', 'fan_hertz'],
  [WITH, 'job:rate', '', 'gauge', 'job:rate'],
  [UTF8, 'requests_total', '', 'counter', 'requests_total'],
  [UTF8, 'cpu_usage_ratio', '1', 'gauge', 'cpu_usage_ratio'],
  [UTF8, 'response_time_seconds', 's', 'gauge', 'response_time_seconds'],
  [UTF8, 'cpu_seconds_total', 's', 'counter', 'cpu_seconds_total'],
  [UTF8, 'requêsts', '1/s', 'counter', 'ñamespace_requêsts_per_second_total', 'ñamespace'],
  [UTF8, '@#$%', '', 'counter', '@#$%_total'],
  [UTF8, 'http.server.duration', 's', 'other', 'http.server.duration_seconds'],
  [UTF8, 'system.cpu.utilization', '1', 'gauge', 'system.cpu.utilization_ratio'],
  [NONE, 'http.server.duration', 's', 'other', 'http.server.duration'],
  [NONE, 'requests', '{req}', 'counter', 'requests'],
  [NONE, 'métric', '', 'gauge', 'ns_métric', 'ns'],
];

it.each(cases.map((one) => ({ shown: one.slice(0, 4).join(' '), one })))('$shown', ({ one }) => {
  const [strategy, name, unit, kind, expected, namespace = ''] = one;
  expect(metricName({ name, unit, kind }, namingOf(strategy, namespace))).toBe(expected);
});

describe('labels', () => {
  it.each<[attribute: string, escape: boolean, label: string | undefined]>([
    ['http.method', true, 'http_method'],
    ['a..b__c', true, 'a__b__c'],
    ['1st', true, 'key_1st'],
    ['_private', true, 'key_private'],
    ['__reserved__', true, '__reserved__'],
    ['ñ', true, undefined],
    ['añ', true, 'a_'],
    ['', true, undefined],
    ['.', true, undefined],
    ['http.method', false, 'http.method'],
  ])('%j, escaped %s, is %j', (attribute, escape, label) => {
    expect(labelName(attribute, escape)).toBe(label);
  });

  it('joins what becomes equal, leaves out what is empty', () => {
    const labels = labelsOf(
      [
        ['b.c', '2'],
        ['b_c', '3'],
        ['b-c', '1'],
        ['e', ''],
        ['__name__', 'x'],
      ],
      true,
    );
    expect([...labels]).toEqual([['b_c', '1;2;3']]);
  });
});

it.each<[name: string, escaping: Escaping, expected: string]>([
  ['http.server', 'allow-utf-8', 'http.server'],
  ['http.server', 'underscores', 'http_server'],
  ['1ñ', 'underscores', '__'],
  ['http.server_x', 'dots', 'http_dot_server__x'],
  ['a_b', 'dots', 'a__b'],
  ['a_b', 'values', 'a_b'],
  ['mysystem.prod.west_cpu.load', 'values', 'U__mysystem_2e_prod_2e_west__cpu_2e_load'],
])('%s, escaping %s, is %s', (name, escaping, expected) => {
  expect(escapeName(name, escaping)).toBe(expected);
});

it.each<[value: number, text: string, openMetrics: string]>([
  [0, '0', '0.0'],
  [1, '1', '1.0'],
  [-1.5, '-1.5', '-1.5'],
  [0.005, '0.005', '0.005'],
  [0.0001, '0.0001', '0.0001'],
  [0.00001, '1e-05', '1e-05'],
  [999_999, '999999', '999999.0'],
  [1_000_000, '1e+06', '1e+06'],
  [1_234_567, '1.234567e+06', '1.234567e+06'],
  [1.5e300, '1.5e+300', '1.5e+300'],
  [1e-7, '1e-07', '1e-07'],
  [Infinity, '+Inf', '+Inf'],
  [-Infinity, '-Inf', '-Inf'],
  [Number.NaN, 'NaN', 'NaN'],
])('%d is written %s and %s, and read back', (value, text, openMetrics) => {
  expect([goNumber(value), openMetricsNumber(value)]).toEqual([text, openMetrics]);
  expect([parseNumber(text), parseNumber(openMetrics)]).toEqual([value, value]);
});

it.each(['', '0x1p3', '1_000', 'one', '1e', '--1', '.'])('%j is no number', (text) => {
  expect(parseNumber(text)).toBeUndefined();
});

it.each<[name: string, unit: string, original: string, ucum: string]>([
  ['singing_duration_seconds_total', '', 'singing_duration', 's'],
  ['memory_bytes', '', 'memory', 'By'],
  ['throughput_bytes_per_second', '', 'throughput', 'By/s'],
  ['requests_per_second', '', 'requests', '/s'],
  ['cpu_usage_ratio', '', 'cpu_usage', ''],
  ['seconds', '', 'seconds', ''],
  ['odd_things', 'things', 'odd', 'things'],
  ['plain', '', 'plain', ''],
])('%s with unit %j was %s in %j', (name, unit, original, ucum) => {
  expect(originalMetric(name, unit)).toEqual({ name: original, unit: ucum });
});
