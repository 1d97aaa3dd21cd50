// The article's Collector configuration as it stands, and thirty ways to break it: each names the token and the remedy.

import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../src/app/components.ts';
import { loadDocument, type Loaded } from '../../src/config/load.ts';
import { plainProblem } from '../../src/config/render.ts';
import { articleConfig, hasArticle } from '../support/article.ts';

const load = (text: string): Promise<Loaded> =>
  loadDocument({
    uris: ['config.yaml'],
    catalogue: COMPONENTS,
    inContainer: true,
    host: {
      env: { HOME: '/root' },
      cwd: '/etc/otelcol',
      readFile: (path) =>
        path === 'config.yaml'
          ? Promise.resolve(text)
          : Promise.reject(Object.assign(new Error('missing'), { code: 'ENOENT' })),
      fetchText: () => Promise.reject(new Error('no network')),
    },
  });

interface Variant {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** `line:column` to `line:column` of the token, end excluded. */
  readonly at: string;
  readonly message: RegExp;
  readonly remedy: RegExp;
}

const variant = (
  name: string,
  from: string,
  to: string,
  at: string,
  message: RegExp,
  remedy: RegExp,
): Variant => ({ name, from, to, at, message, remedy });

const syntax: readonly Variant[] = [
  variant(
    'a tab',
    '        endpoint: 0.0.0.0:4317',
    '\tendpoint: 0.0.0.0:4317',
    '6:1-6:2',
    /a tab/,
    /spaces instead/,
  ),
  variant(
    'no space after the colon',
    'timeout: 5s',
    'timeout:5s',
    '12:5-12:15',
    /no space after the colon/,
    /^write timeout: 5s$/,
  ),
  variant(
    'a list that is not closed',
    '[ERROR]',
    '[ERROR',
    '26:25-26:26',
    /list that begins here is not closed/,
    /add \]/,
  ),
  variant(
    'a quote that is not closed',
    'endpoint: jaeger:4317',
    'endpoint: "jaeger:4317',
    '43:15-43:16',
    /quote that begins here is never closed/,
    /add "/,
  ),
  variant(
    'one space too many',
    '    limit_mib: 512',
    '     limit_mib: 512',
    '38:6-38:20',
    /indented deeper/,
    /indent it by 4 spaces/,
  ),
];

const unknownKeys: readonly Variant[] = [
  variant(
    'a processor’s key',
    'decision_wait',
    'decision_wiat',
    '21:5-21:18',
    /unknown key "decision_wiat"/,
    /^did you mean decision_wait\?$/,
  ),
  variant(
    'a key with a letter too many',
    'send_batch_size',
    'send_batch_sizes',
    '13:5-13:21',
    /unknown key "send_batch_sizes"/,
    /did you mean send_batch_size\?/,
  ),
  variant(
    'a key one level too high',
    '    tls:\n      insecure: true',
    '    insecure: true',
    '44:5-44:13',
    /unknown key "insecure"/,
    /one level deeper, under tls/,
  ),
  variant(
    'a protocol',
    '      http:',
    '      htpp:',
    '7:7-7:11',
    /unknown key "htpp"/,
    /did you mean http\?/,
  ),
  variant(
    'a section',
    'processors:\n  batch',
    'procesors:\n  batch',
    '10:1-10:10',
    /unknown key "procesors"/,
    /did you mean processors\?/,
  ),
];

const wrongTypes: readonly Variant[] = [
  variant(
    'a word for a number',
    'send_batch_size: 1024',
    'send_batch_size: many',
    '13:22-13:26',
    /must be a whole number/,
    /write a number/,
  ),
  variant(
    'a size with its unit',
    'limit_mib: 512',
    'limit_mib: 512MiB',
    '38:16-38:22',
    /must be a whole number/,
    /write the number alone: 512/,
  ),
  variant(
    'text for a truth value',
    'insecure: true',
    'insecure: "yes"',
    '45:17-45:22',
    /must be true or false/,
    /write true, without quotes/,
  ),
  variant(
    'a list for a duration',
    'timeout: 5s',
    'timeout: [5s]',
    '12:14-12:18',
    /must be a duration, but is a list/,
    /500ms, 30s/,
  ),
  variant(
    'text for a map',
    '      grpc:\n        endpoint: 0.0.0.0:4317',
    '      grpc: 0.0.0.0:4317',
    '5:13-5:25',
    /must be a map/,
    /write "key: value" lines/,
  ),
];

const unknownNames: readonly Variant[] = [
  variant(
    'a type',
    '  prometheus:\n',
    '  promethues:\n',
    '47:3-47:13',
    /there is no exporter "promethues"/,
    /did you mean prometheus\?/,
  ),
  variant(
    'a type that was removed',
    '  loki:\n',
    '  logging:\n',
    '50:3-50:10',
    /removed from the OpenTelemetry Collector/,
    /use debug/,
  ),
  variant(
    'an exporter in a pipeline',
    'exporters: [otlp/jaeger]',
    'exporters: [otlp/jeager]',
    '58:19-58:30',
    /exporter "otlp\/jeager" is not configured/,
    /did you mean otlp\/jaeger\?/,
  ),
  variant(
    'a receiver in a pipeline',
    'receivers: [otlp]\n      processors: [memory_limiter, tail_sampling',
    'receivers: [otpl]\n      processors: [memory_limiter, tail_sampling',
    '56:19-56:23',
    /receiver "otpl" is not configured/,
    /did you mean otlp\?/,
  ),
  variant(
    'an exporter of another signal',
    'exporters: [loki]',
    'exporters: [prometheus]',
    '66:19-66:29',
    /exporter prometheus has nothing to do with logs/,
    /it is for metrics/,
  ),
];

const expansions: readonly Variant[] = [
  variant(
    'a default without env:',
    'jaeger:4317',
    '${JAEGER:-jaeger}:4317',
    '43:15-43:32',
    /needs "env:" before its name/,
    /\$\{env:JAEGER:-jaeger\}/,
  ),
  variant(
    'a scheme',
    'jaeger:4317',
    '${evn:JAEGER}',
    '43:15-43:28',
    /"evn" is no source of values/,
    /did you mean \$\{env:JAEGER\}\?/,
  ),
  variant(
    'a name',
    'threshold_ms: 1000',
    'threshold_ms: ${env:MAX-MS}',
    '30:25-30:38',
    /"MAX-MS" is no name|only :- is known/,
    /./,
  ),
  variant(
    'a file',
    'limit_mib: 512',
    'limit_mib: ${file:limit}',
    '38:16-38:29',
    /limit cannot be read: there is no such file/,
    /\/etc\/otelcol/,
  ),
  variant(
    'braces in a list',
    '[ERROR]',
    '[${env:CODE}]',
    '26:26-26:37',
    /braces of a reference/,
    /"\$\{env:CODE\}"/,
  ),
];

const illegalValues: readonly Variant[] = [
  variant(
    'a word that is none of the list',
    '[ERROR]',
    '[ERRROR]',
    '26:26-26:32',
    /"ERRROR"/,
    /ERROR/,
  ),
  variant('no time at all', 'check_interval: 1s', 'check_interval: 0s', '37:21-37:23', /./, /./),
  variant(
    'a duration without its unit',
    'decision_wait: 10s',
    'decision_wait: "10"',
    '21:20-21:24',
    /"10" is not a duration/,
    /write the unit: 10s/,
  ),
  variant(
    'an address without a port',
    'jaeger:4317',
    'jaeger',
    '43:15-43:21',
    /has no port/,
    /write jaeger:4317/,
  ),
  variant(
    'a port that is none',
    '0.0.0.0:8889',
    '0.0.0.0:88890',
    '48:15-48:28',
    /88890 is no port/,
    /65535/,
  ),
];

const groups = { syntax, unknownKeys, wrongTypes, unknownNames, expansions, illegalValues };

describe.skipIf(!hasArticle)('the article’s configuration', () => {
  it('is valid as it stands', async () => {
    const { errors, warnings, document } = await load(articleConfig());
    expect(errors.map(plainProblem)).toEqual([]);
    expect(document?.service.pipelines.map(({ id }) => id)).toEqual(['traces', 'metrics', 'logs']);
    expect(warnings.map(({ path }) => path)).toEqual([
      'processors::probabilistic_sampler',
      'exporters::otlp/jaeger',
    ]);
  });

  it('is broken in thirty ways, five of each kind', () => {
    expect(Object.values(groups).map(({ length }) => length)).toEqual([5, 5, 5, 5, 5, 5]);
  });

  describe.each(Object.entries(groups))('%s', (_kind, variants) => {
    it.each(variants.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      const text = articleConfig();
      expect(text.split(one.from)).toHaveLength(2);
      const { errors, document } = await load(text.replace(one.from, () => one.to));
      expect(document).toBeUndefined();
      const [first] = errors.map(plainProblem);
      const { file, line, column, endLine, endColumn } = first ?? {};
      expect(`${file} ${line}:${column}-${endLine}:${endColumn}`).toBe(`config.yaml ${one.at}`);
      expect(first?.message).toMatch(one.message);
      expect(first?.suggestion ?? '').toMatch(one.remedy);
    });
  });
});
