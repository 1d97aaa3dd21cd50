// Where messages go without the internal logger: stdout, stderr, files. One line a message, its fields as JSON behind it.

import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { AppError } from '../../../base/app-error.ts';

export type Fields = Readonly<Record<string, number>>;

interface Sink {
  write(text: string): void;
  close(): Promise<void>;
}

export class Output {
  readonly #sinks: Sink[] = [];

  /** Files are written at their ends. @throws AppError `DEBUG_OUTPUT` */
  async open(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#sinks.push(await sinkOf(path));
  }

  write(message: string, fields: Fields = {}): void {
    const names = Object.entries(fields).map(
      ([name, value]) => `${JSON.stringify(name)}: ${value}`,
    );
    const text = names.length === 0 ? `${message}\n` : `${message}\t{${names.join(', ')}}\n`;
    for (const sink of this.#sinks) sink.write(text);
  }

  async close(): Promise<void> {
    for (const sink of this.#sinks.splice(0)) await sink.close();
  }
}

async function sinkOf(path: string): Promise<Sink> {
  if (path === 'stdout' || path === 'stderr') {
    const stream = process[path];
    return { write: (text) => void stream.write(text), close: () => Promise.resolve() };
  }
  const stream = createWriteStream(path, { flags: 'a' });
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (cause) => {
      reject(
        new AppError('DEBUG_OUTPUT', {
          message: `debug: ${path} cannot be written (${cause.message}). Correct output_paths, or make its folder.`,
          cause,
        }),
      );
    });
  });
  stream.on('error', () => undefined); // a full disk shall not stop a pipeline for its debug text
  return {
    write: (text) => void stream.write(text),
    close: async () => {
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}
