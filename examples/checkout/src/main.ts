#!/usr/bin/env node
// The demo alone, against any OTLP endpoint: throughline-demo --help

import { parseArgs } from 'node:util';
import { DemoError } from './demo/demo-error.ts';
import { DEFAULT_SCENARIO, scenarios } from './demo/scenarios.ts';
import { startDemo } from './demo/start-demo.ts';

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

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

try {
  const demo = await startDemo({
    otlpHttpUrl: values['otlp-http'],
    otlpGrpcUrl: values['otlp-grpc'],
    dataDirectory: values.data,
    scenario: values.scenario,
    requestsPerSecond: Number(values.rate),
    onProgress: say,
  });
  say(`scenario ${demo.scenario()}; another one: curl -X PUT ${demo.urls.control}/scenario/NAME`);
  say(`one checkout a second or more is on its way; the shop's door is ${demo.urls.gateway}`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void demo.stop({ deleteData: values['delete-data'] }).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  say(error.message);
  process.exit(1);
}
