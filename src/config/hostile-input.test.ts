// Whatever the text, reading a configuration ends with problems that lie within it, never with a throw.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadDocument } from './load.ts';
import { renderProblems } from './render.ts';
import { TEST_CATALOGUE } from './suite/test-catalogue.ts';

const GOOD = `receivers:
  otlp: &anchor
    protocols: {grpc: , http: {endpoint: "0.0.0.0:4318"}}
processors:
  batch:
    send_batch_size: \${env:SIZE:-10}
  tail_sampling:
    policies: [{name: a, type: latency}]
exporters:
  otlp/a: {endpoint: 'other:4317', auth: {authenticator: file_storage}, token: "x\\ty"}
extensions: {file_storage: ~}
service:
  extensions: [file_storage]
  pipelines:
    traces: {receivers: [otlp], processors: [tail_sampling, batch], exporters: [otlp/a]}
`;

const PIECES = [
  '\t',
  ' ',
  '\n',
  ':',
  ': ',
  '-',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '<<: *anchor',
  '!!str ',
  '|',
  '>',
  '${',
  '${env:',
  '${SIZE}',
  '$',
  '$$',
  '%',
  '@',
  '`',
  '?',
  ',',
  '0',
  '~',
  'null',
  '\u0000',
  '\ufeff',
  '\r',
  '…',
  '😀',
  '__proto__:',
  'constructor:',
  'service:',
  'otlp:',
  '---\n',
  '...\n',
] as const;

const edits = fc.array(
  fc.record({
    at: fc.nat(GOOD.length),
    remove: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })),
  }),
  { minLength: 1, maxLength: 4 },
);

it('never throws, and every problem has its place', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (list) => {
      let text = GOOD;
      for (const { at, remove, insert } of list)
        text = text.slice(0, at) + insert + text.slice(at + remove);
      const { document, errors, warnings } = await loadDocument({
        uris: ['c.yaml'],
        catalogue: TEST_CATALOGUE,
        inContainer: true,
        host: {
          env: { SIZE: '${env:OTHER}', OTHER: text.slice(0, 40) },
          cwd: '/',
          readFile: (path) =>
            path === 'c.yaml' ? Promise.resolve(text) : Promise.reject(new Error('no')),
          fetchText: () => Promise.reject(new Error('no network')),
        },
      });
      expect(document === undefined).toBe(errors.length > 0);
      for (const { place, message } of [...errors, ...warnings]) {
        expect(message).not.toBe('');
        expect(place.start).toBeGreaterThanOrEqual(0);
        expect(place.end).toBeLessThanOrEqual(place.source.text.length);
        expect(place.start).toBeLessThanOrEqual(place.end);
      }
      expect(renderProblems([...errors, ...warnings])).not.toContain('undefined');
    }),
    { numRuns: 400 },
  );
});
