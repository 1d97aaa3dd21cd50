#!/usr/bin/env node
// The demo alone, against any OTLP endpoint: throughline-demo --help

import { parseArgs } from 'node:util';
import { DemoError } from './demo/demo-error.ts';
import { DEFAULT_SCENARIO, scenarios } from './demo/scenarios.ts';
import { startDemo } from './demo/start-demo.ts';
import type { RunningDemo } from './demo/start-demo.ts';

const RATE_MAX = 500; // more than two cores of services answer

const help = `A small shop of instrumented services, reporting over OTLP.

  throughline-demo [--scenario NAME] [--otlp-http URL] [--otlp-grpc URL] [--data DIR] [--delete-data]

  --scenario NAME    what happens in the shop; default ${DEFAULT_SCENARIO}
  --otlp-http URL    default http://127.0.0.1:4318
  --otlp-grpc URL    default http://127.0.0.1:4317
  --data DIR         default ./throughline-demo-data
  --rate N           requests a second; default 8
  --delete-data      remove the data at the end

Scenarios:
${scenarios.map(({ name, text }) => `  ${name.padEnd(20)} ${text}`).join('\n')}
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string' },
        'otlp-http': { type: 'string', default: 'http://127.0.0.1:4318' },
        'otlp-grpc': { type: 'string', default: 'http://127.0.0.1:4317' },
        data: { type: 'string', default: 'throughline-demo-data' },
        rate: { type: 'string', default: '8' },
        'delete-data': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const requestsPerSecond = Number(values.rate);
    if (!(requestsPerSecond > 0 && requestsPerSecond <= RATE_MAX)) {
      throw new Error(`--rate must be a number up to ${RATE_MAX}, not ${values.rate}`);
    }
    return { ...values, requestsPerSecond };
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\nSee throughline-demo --help.`);
    process.exit(2);
  }
}

const values = readArguments();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

const starting = new AbortController();
let running: RunningDemo | undefined;
let isStopping = false;

const stop = (): void => {
  if (isStopping) process.exit(1); // asked twice
  isStopping = true;
  starting.abort();
  if (running === undefined) return; // the start fails, and that ends this process
  void running.stop({ deleteData: values['delete-data'] }).then(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  running = await startDemo({
    otlpHttpUrl: values['otlp-http'],
    otlpGrpcUrl: values['otlp-grpc'],
    dataDirectory: values.data,
    scenario: values.scenario,
    requestsPerSecond: values.requestsPerSecond,
    onProgress: say,
    signal: starting.signal,
  });
  say(
    `scenario ${running.scenario()}; another one: curl -X PUT ${running.urls.control}/scenario/NAME`,
  );
  say(`the shop's door is ${running.urls.gateway}`);
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  say(error.message);
  process.exit(isStopping ? 0 : 1);
}
