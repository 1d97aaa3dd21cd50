// `export` and `import`: OTLP out of and into a running server.

import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../base/app-error.ts';
import { choice, string } from '../../config/settings/declare.ts';
import { EXIT } from '../command.ts';
import { queryCommand } from '../query-command.ts';
import { rangeOf, rangeSettings } from '../time-range.ts';

const GROUP = 'What';

const format = choice({
  group: GROUP,
  of: ['json', 'protobuf'],
  default: 'json',
  text: 'OTLP/JSON, a request a line, or OTLP protobuf, each request with its length (4 bytes, big-endian) in front.',
});

const CONTENT_TYPE = { json: 'application/x-ndjson', protobuf: 'application/x-protobuf' } as const;

export const exportCommand = queryCommand({
  name: 'export',
  usage: '[TRACE]',
  summary: 'OTLP of a trace or a range, as it came in.',
  examples: [
    ['throughline export 4f1c09be7d1e4b0a9c3f5d2e8a7b6c51 > trace.jsonl', 'one trace'],
    [
      'throughline export --signal logs --from now-15m --output logs.jsonl',
      'the logs of 15 minutes',
    ],
  ],
  settings: {
    ...rangeSettings,
    signal: choice({
      group: GROUP,
      of: ['traces', 'metrics', 'logs'],
      default: 'traces',
      text: 'What to export.',
    }),
    format,
    output: string({
      group: GROUP,
      placeholder: 'FILE',
      default: '-',
      text: 'Where to; -: standard output.',
    }),
  },
  wordsMax: 1,
  ask: async ({ client, values, words }) => {
    const [trace] = words;
    const range = trace === undefined ? rangeOf(values) : {};
    const response = await client.fetch('/export', {
      ...range,
      trace,
      signal: values.signal,
      format: values.format,
    });
    const target = values.output === '-' ? standardOutput() : createWriteStream(values.output);
    await pipeline(Readable.fromWeb(response.body ?? new ReadableStream()), target);
    return EXIT.ok;
  },
});

/** Standard output is not ended with the pipe: the shell's other commands may still write to it. */
const standardOutput = (): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => void process.stdout.write(chunk, () => done()),
  });

export const importCommand = queryCommand({
  name: 'import',
  usage: '[FILE]',
  summary: 'OTLP from a file, or standard input, into the server; times stay as they are.',
  examples: [
    ['throughline import trace.jsonl', 'what export wrote'],
    ['throughline import --format protobuf --signal logs logs.otlp', 'of one signal, as protobuf'],
  ],
  settings: {
    format,
    signal: choice({
      group: GROUP,
      of: ['any', 'traces', 'metrics', 'logs'],
      default: 'any',
      text: 'What protobuf holds; any: found out, request by request. JSON says it itself.',
    }),
  },
  wordsMax: 1,
  ask: async ({ client, values, words, terminal }) => {
    const source = await openSource(words[0] ?? '-');
    const response = await client.fetch(
      '/import',
      { signal: values.signal === 'any' ? undefined : values.signal },
      {
        method: 'POST',
        headers: { 'content-type': CONTENT_TYPE[values.format] },
        body: Readable.toWeb(source) as ReadableStream<Uint8Array>,
        duplex: 'half',
      },
    );
    const text = await response.text();
    terminal.out(values.json ? `${text}\n` : `${importedText(text)}\n`);
    return EXIT.ok;
  },
});

/** Opened before the server is asked, so that a missing file is not taken for a missing server. */
async function openSource(path: string): Promise<Readable> {
  if (path === '-') return process.stdin;
  try {
    return (await open(path)).createReadStream();
  } catch (cause) {
    throw new AppError('IMPORT_UNREADABLE', {
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

function importedText(body: string): string {
  const { spans, logRecords, metricPoints } = JSON.parse(body) as Readonly<Record<string, number>>;
  return `${spans ?? 0} spans, ${logRecords ?? 0} log records, ${metricPoints ?? 0} metric points`;
}
