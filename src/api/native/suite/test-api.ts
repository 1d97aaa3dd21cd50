// The native API over a real engine, served by a real HttpApp on a free port, with a small program beside it.

import { Access } from '../../../net/access.ts';
import { serveApp } from '../../../net/http-app.ts';
import type { Engine } from '../../../store/contract.ts';
import { openTestStore, type TestStore } from '../../../store/suite/test-store.ts';
import { API_BASE } from '../../contract/common.ts';
import type { SignalCounts, StatusAnswer } from '../../contract/status.ts';
import type { ProgramStatus } from '../program.ts';
import { nativeRoutes } from '../routes.ts';

const COUNTS: SignalCounts = {
  received: 0,
  stored: 0,
  refused: 0,
  repeated: 0,
  late: 0,
  dropped: 0,
  waiting: 0,
  rate: 0,
  lastAt: null,
};

const NONE = { slices: 0, rows: 0, bytes: 0 };

const STATUS: StatusAnswer = {
  version: '0.1.0',
  build: 'test',
  startedAt: '1',
  dataDirectory: '/data',
  listeners: [{ name: 'http', address: '127.0.0.1', port: 16686, protocols: ['http'] }],
  engine: { state: 'ready', text: 'ready' },
  ready: true,
  signals: { traces: COUNTS, metrics: COUNTS, logs: COUNTS },
  lost: 0,
  disk: {
    usedBytes: 0,
    limitBytes: 1,
    freeBytes: 1,
    parts: [],
    retentionHours: 336,
    oldest: null,
    removed: { age: NONE, size: NONE },
  },
  log: { bytes: 0, limitBytes: 1, secondsUntilFull: null },
  tracePass: { lagMs: 0, sampledShare: 1, openTraces: 0 },
  demo: null,
};

const testProgram = (more: Partial<ProgramStatus> = {}): ProgramStatus => ({
  status: () => STATUS,
  pipelines: () => ({
    sentence: { lead: 'Nothing is lost.', rest: '' },
    components: [],
    peers: [],
    findings: [],
    throughput: { traces: [], metrics: [], logs: [] },
  }),
  tracePass: () => ({ lagMs: 0, sampledShare: 1, openSinceBlock: 0 }),
  keptSince: () => undefined,
  onStored: () => () => undefined,
  append: () => Promise.resolve({ kind: 'stored', position: 0 }),
  demo: undefined,
  ...more,
});

export interface TestApi {
  readonly store: TestStore;
  readonly base: string;
  get<T>(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: T }>;
  close(): Promise<void>;
}

export async function openTestApi(options: {
  readonly program?: Partial<ProgramStatus>;
  readonly now?: () => number;
  /** Puts something between the API and the engine. */
  readonly wrap?: (engine: Engine) => Engine;
}): Promise<TestApi> {
  const store = await openTestStore();
  const engine = options.wrap?.(store.engine) ?? store.engine;
  const app = await serveApp({
    groups: [
      nativeRoutes({
        engine,
        program: testProgram(options.program),
        ...(options.now === undefined ? {} : { now: options.now }),
      }),
    ],
    access: new Access({ token: undefined, loopbackOnly: true }),
    hosts: ['127.0.0.1'],
    port: 0,
    flag: '--http-port',
    what: 'test',
  });
  const base = `http://127.0.0.1:${app.port}${API_BASE}`;
  return {
    store,
    base,
    get: async <T>(path: string, init?: RequestInit) => {
      const response = await fetch(`${base}${path}`, init);
      const body = (await response.json()) as T; // the shape is checked in routes.store.test.ts
      return { status: response.status, body };
    },
    close: async () => {
      await app.stop();
      await store.close();
    },
  };
}
