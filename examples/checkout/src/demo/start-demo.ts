// The demo as a whole: starts everything in order, tells how it goes, switches scenarios, stops everything.

import { rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serveControl } from './control-server.ts';
import { deleteData, deleteSchema } from './delete-data.ts';
import { DemoError } from './demo-error.ts';
import { lock, unlock } from './lock.ts';
import {
  nodeServices,
  startDatabase,
  startLoad,
  startOutside,
  startService,
  startUserService,
  userService,
} from './programs.ts';
import type { ProgramSettings } from './programs.ts';
import { preparePython } from './python.ts';
import type { PythonAnswer } from './python.ts';
import { conditionsOf, DEFAULT_SCENARIO, scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { Shop } from './shop.ts';

const REQUESTS_PER_SECOND = 8;
const OUTSIDE_NAMES = ['api.stripe.test', 'mail.test'] as const;

export interface DemoSettings {
  /** Where OTLP over HTTP goes, such as `http://127.0.0.1:4318`. */
  readonly otlpHttpUrl: string;
  /** Where OTLP over gRPC goes, such as `http://127.0.0.1:4317`. */
  readonly otlpGrpcUrl: string;
  /** The demo's own directory, such as `throughline-data/demo`. */
  readonly dataDirectory: string;
  /** Default: slow-payment. */
  readonly scenario?: string | undefined;
  /** A line for the person who waits: starting, started again, left out. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Requests of the visitors; default 8. */
  readonly requestsPerSecond?: number | undefined;
  /** Ends the start when aborted; the promise is then rejected. For a running demo there is `stop`. */
  readonly signal?: AbortSignal | undefined;
  /** Where the Python environment is made; default `python` in the data directory. */
  readonly pythonDirectory?: string | undefined;
}

export interface RunningDemo {
  readonly scenarios: readonly Scenario[];
  scenario(): string;
  /** Takes effect with the next request. Throws for a name that there is not. */
  setScenario(name: string): void;
  readonly urls: {
    /** The shop's door: `POST /checkout` and others. Another one after the gateway was started again. */
    readonly gateway: string;
    /** `GET /scenarios`, `PUT /scenario/NAME`. */
    readonly control: string;
  };
  /** Whether the Python service runs; if not, why. */
  readonly userService:
    | { readonly running: true }
    | { readonly running: false; readonly reason: string };
  stop(options?: { readonly deleteData?: boolean }): Promise<void>;
}

/** Resolves when all services answer and the first checkout was exported. */
export async function startDemo(settings: DemoSettings): Promise<RunningDemo> {
  const dataDirectory = resolve(settings.dataDirectory);
  let scenario = settings.scenario ?? DEFAULT_SCENARIO;
  const shop = new Shop(conditionsOf(scenario), settings.onProgress ?? (() => undefined));
  const setScenario = (name: string): void => {
    shop.setConditions(conditionsOf(name));
    scenario = name;
  };
  const control = await serveControl({ scenario: () => scenario, setScenario });
  await lock(dataDirectory, control.url).catch((error: unknown) => {
    control.close();
    throw error;
  });
  const stop: RunningDemo['stop'] = async (options) => {
    control.close();
    await shop.stop();
    if (options?.deleteData === true) await deleteAll(dataDirectory);
    await unlock(dataDirectory);
    if (options?.deleteData === true) await rmdir(dataDirectory).catch(() => undefined); // others' things stay
  };
  const abort = (): void => shop.end();
  settings.signal?.addEventListener('abort', abort);
  try {
    if (settings.signal?.aborted === true) abort();
    const python = await open(shop, dataDirectory, settings);
    return {
      scenarios,
      scenario: () => scenario,
      setScenario,
      urls: {
        get gateway() {
          return `http://127.0.0.1:${shop.portOf('api-gateway')}`;
        },
        control: control.url,
      },
      userService: python,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    settings.signal?.removeEventListener('abort', abort);
  }
}

async function deleteAll(dataDirectory: string): Promise<void> {
  await deleteData(dataDirectory);
  const given = givenDatabase();
  if (given !== undefined) await deleteSchema(given);
}

/** A database that somebody else runs. */
function givenDatabase(): string | undefined {
  const url = process.env['DATABASE_URL'];
  return url === '' ? undefined : url;
}

async function open(
  shop: Shop,
  dataDirectory: string,
  settings: DemoSettings,
): Promise<RunningDemo['userService']> {
  const tell = shop.tell;
  const pythonDirectory = settings.pythonDirectory ?? join(dataDirectory, 'python');
  const python = preparePython(pythonDirectory, tell, shop.ending);

  const given = givenDatabase();
  tell(given === undefined ? 'starting PostgreSQL' : 'preparing the database of DATABASE_URL');
  let databasePort = 0;
  shop.run('postgresql', () =>
    startDatabase({ directory: join(dataDirectory, 'postgresql'), url: given, port: databasePort }),
  );
  await shop.listening(['postgresql']);
  databasePort = shop.portOf('postgresql'); // started again, it must be where everybody looks for it
  const program: ProgramSettings = {
    otlpHttpUrl: settings.otlpHttpUrl.replace(/\/$/, ''),
    otlpGrpcUrl: settings.otlpGrpcUrl,
    databaseUrl: given ?? `postgres://shop:shop@127.0.0.1:${shop.portOf('postgresql')}/shop`,
    compileCache: join(dataDirectory, 'compile-cache'),
  };

  tell('starting the services');
  shop.run('outside', () => startOutside(program.databaseUrl));
  for (const service of nodeServices) shop.run(service.name, () => startService(service, program));
  await shop.listening([...OUTSIDE_NAMES, ...nodeServices.map((service) => service.name)]);

  tell('opening the shop');
  shop.run('visitors', () => startLoad(settings.requestsPerSecond ?? REQUESTS_PER_SECOND));
  const user = await runUserService(shop, await python, program);
  if (!user.running) tell(`${userService.name} is left out: ${user.reason}`);
  await shop.firstCheckout();
  tell(`the shop is open: ${nodeServices.length + (user.running ? 1 : 0)} services`);
  return user;
}

/** Whatever is wrong with it, the shop opens without it. */
async function runUserService(
  shop: Shop,
  python: PythonAnswer,
  program: ProgramSettings,
): Promise<RunningDemo['userService']> {
  if (python.kind === 'missing') return { running: false, reason: python.reason };
  shop.run(userService.name, () => startUserService(python.python, program));
  try {
    await shop.listening([userService.name]);
    return { running: true };
  } catch (error) {
    if (!(error instanceof DemoError) || shop.ending.aborted) throw error;
    await shop.leaveOut(userService.name);
    return { running: false, reason: error.message };
  }
}
