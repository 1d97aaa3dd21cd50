// The port: paths as Go's net/http/pprof has them, so that `go tool pprof http://…` works.

import { writeFile } from 'node:fs/promises';
import { pause } from '../../../pipeline/clock.ts';
import type { Extension, ExtensionSettings } from '../../../pipeline/component.ts';
import { httpServer } from '../../../net/config/http-server.ts';
import { serveHttp, textAnswer } from '../../../net/serve-http.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import type { WireServer } from '../../../net/wire-server.ts';
import type { PprofConfig } from './config.ts';
import { CpuProfile } from './cpu-profile.ts';
import { HeapProfile } from './heap-profile.ts';

const PREFIX = '/debug/pprof';
const DEFAULT_SECONDS = 30; // as Go
const MAX_SECONDS = 3600;
/** Fine enough for a request of seconds; costs a few per cent while it runs. */
const ASKED_INTERVAL_MICROS = 1000;
/** As Go: from the start to the stop it has to be cheap. */
const FILE_INTERVAL_MICROS = 10_000;

/** Go's profiles that a JavaScript program does not have. */
const NO_COUNTERPART: Readonly<Record<string, string>> = {
  allocs: 'V8 keeps what is in use only: see heap',
  block: 'nothing blocks as in Go',
  goroutine: 'there are no goroutines',
  mutex: 'there are no locks',
  symbol: 'profiles carry their names',
  threadcreate: 'there is one thread for JavaScript',
  trace: 'there is no execution trace: see profile',
};

export class Pprof implements Extension {
  readonly #config: PprofConfig;
  readonly #settings: ExtensionSettings;
  readonly #heap = new HeapProfile();
  readonly #stopping = new AbortController();
  #server: WireServer | undefined;
  #heapRuns = false;
  #cpu: CpuProfile | undefined;

  constructor(config: PprofConfig, settings: ExtensionSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** @throws AppError `NET_*` */
  async start(): Promise<void> {
    const { id } = this.#settings;
    const { endpoint, save_to_file: file } = this.#config;
    this.#server = await serveHttp({
      config: { ...httpServer({ endpoint }).absent(), endpoint },
      what: `profiles of extension ${id}`,
      field: `endpoint of extension ${id}`,
      answer: (request) => this.#answer(request),
    });
    await this.#heap.start();
    this.#heapRuns = true;
    if (file !== undefined && file !== '') {
      this.#cpu = new CpuProfile(FILE_INTERVAL_MICROS);
      await this.#cpu.start();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server?.stop();
    this.#server = undefined;
    const { save_to_file: file } = this.#config;
    const cpu = this.#cpu;
    this.#cpu = undefined;
    if (cpu !== undefined && file !== undefined) await this.#save(cpu, file);
    if (this.#heapRuns) await this.#heap.stop();
    this.#heapRuns = false;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  async #save(cpu: CpuProfile, file: string): Promise<void> {
    try {
      await writeFile(file, await cpu.finish(this.#settings.clock.now()));
    } catch (error) {
      this.#settings.logger.error(`the profile cannot be written to ${file}: ${String(error)}`);
    }
  }

  async #answer(request: WireRequest): Promise<WireReply> {
    const { path } = request;
    if (path === PREFIX || path === `${PREFIX}/`) return index();
    const name = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length + 1) : '';
    const query = new URLSearchParams(request.query);
    if (Number(query.get('debug') ?? '0') > 0) {
      return textAnswer(
        400,
        '400 only the binary form is served: leave debug out, and use go tool pprof -top\n',
      );
    }
    switch (name) {
      case 'profile':
        return this.#profile(query);
      case 'heap':
        return binary(
          'heap',
          await this.#heap.take(query.get('gc') === '1', this.#settings.clock.now()),
        );
      case 'cmdline':
        return textAnswer(200, process.argv.join('\0'));
      default: {
        const why = NO_COUNTERPART[name];
        return textAnswer(
          404,
          why === undefined
            ? `404 there is nothing here; look at ${PREFIX}/\n`
            : `404 ${name}: ${why}\n`,
        );
      }
    }
  }

  async #profile(query: URLSearchParams): Promise<WireReply> {
    const seconds = Number(query.get('seconds') ?? DEFAULT_SECONDS) || DEFAULT_SECONDS;
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
      return textAnswer(400, `400 seconds must be between 0 and ${MAX_SECONDS}\n`);
    }
    if (this.#cpu !== undefined) {
      const who = (this.#config.save_to_file ?? '') === '' ? 'another request' : 'save_to_file';
      return textAnswer(500, `500 a CPU profile is being taken already, by ${who}\n`);
    }
    const cpu = new CpuProfile(ASKED_INTERVAL_MICROS);
    this.#cpu = cpu;
    try {
      await cpu.start();
      await pause(this.#settings.clock, seconds * 1000, this.#stopping.signal);
      return binary('profile', await cpu.finish(this.#settings.clock.now()));
    } finally {
      if (this.#cpu === cpu) this.#cpu = undefined;
    }
  }
}

const binary = (name: string, body: Buffer): WireReply => ({
  status: 200,
  headers: {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'x-content-type-options': 'nosniff',
  },
  body,
});

function index(): WireReply {
  const missing = Object.entries(NO_COUNTERPART).map(([name, why]) => `  ${name}: ${why}`);
  return textAnswer(
    200,
    `Profiles of this process, for go tool pprof and what reads its format:

  ${PREFIX}/profile?seconds=${DEFAULT_SECONDS}   CPU
  ${PREFIX}/heap                 what is on the heap; ?gc=1 collects garbage first
  ${PREFIX}/cmdline              how it was started

Of Go's others there is no counterpart:

${missing.join('\n')}
`,
  );
}
