// Every setting of the server. Flags, THROUGHLINE_* variables, keys of the settings file, help and docs/settings.md
// derive from this declaration.

import {
  boolean,
  bytes,
  choice,
  duration,
  integer,
  list,
  optionalString,
  port,
  string,
  type ValuesOf,
} from '../config/settings/declare.ts';

const DATA = 'Data';
const LISTENING = 'Listening';
const ACCESS = 'Access';
const DEMO = 'Demo';
const OUTPUT = 'Own output';
const LIMITS = 'Limits';

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

export const serverSettings = {
  data: string({
    group: DATA,
    placeholder: 'DIR',
    default: './throughline-data',
    text: 'Where everything is kept. Removing it removes all traces of Throughline.',
  }),
  retention: duration({
    group: DATA,
    default: 14 * DAY_MS,
    text: 'Drop what arrived longer ago than this.',
  }),
  maxDisk: bytes({
    group: DATA,
    default: undefined,
    defaultText: 'the smaller of 20GiB and half of what is free',
    text: 'The data directory never grows beyond this; the oldest goes first.',
  }),
  fsync: choice({
    group: DATA,
    of: ['interval', 'always', 'off'],
    default: 'interval',
    text: 'When the log is forced to disk: every second, before each answer, or when the system likes.',
  }),
  maxLog: bytes({
    group: DATA,
    default: 2 * GIB,
    text: 'How far storing may fall behind receiving before senders are told to wait; at most a quarter of --max-disk.',
  }),
  settings: optionalString({
    group: DATA,
    placeholder: 'FILE',
    defaultText: './throughline.yaml, if it is there',
    text: 'Settings as "name: value" lines; names are the flags without dashes.',
  }),

  host: string({
    group: LISTENING,
    placeholder: 'ADDRESS',
    default: '',
    defaultText: '127.0.0.1 and ::1; in a container 0.0.0.0',
    text: 'Address for the UI, the APIs and the receivers. Beyond loopback the UI and the APIs want a token.',
  }),
  otlpGrpcPort: port({
    group: LISTENING,
    default: 4317,
    text: 'OTLP, gRPC and HTTP. 0: a free port.',
  }),
  otlpHttpPort: port({
    group: LISTENING,
    default: 4318,
    text: 'OTLP, HTTP and gRPC. 0: a free port.',
  }),
  httpPort: port({
    group: LISTENING,
    default: 16_686,
    text: 'Web UI and all query APIs. 0: a free port.',
  }),
  healthPort: port({ group: LISTENING, default: 13_133, text: 'Health. 0: a free port.' }),
  basePath: string({
    group: LISTENING,
    placeholder: 'PATH',
    default: '/',
    text: 'Path under which a proxy serves the UI and the APIs.',
  }),
  corsOrigin: list({
    group: LISTENING,
    placeholder: 'ORIGIN',
    text: 'Origins of web pages that may send OTLP, besides pages on this machine.',
  }),
  tlsCert: optionalString({
    group: LISTENING,
    placeholder: 'FILE',
    text: 'Certificate (PEM) for the OTLP ports; with --tls-key.',
  }),
  tlsKey: optionalString({ group: LISTENING, placeholder: 'FILE', text: 'Private key (PEM).' }),

  token: optionalString({
    group: ACCESS,
    text: 'Token for the UI and the APIs. Better given as THROUGHLINE_TOKEN: flags are seen by other users.',
  }),
  tokenFile: optionalString({
    group: ACCESS,
    placeholder: 'FILE',
    text: 'File with the token. Without any, one is made in DIR/token when --host opens the ports.',
  }),
  allowedHost: list({
    group: ACCESS,
    placeholder: 'HOST',
    text: 'Host names, besides this machine’s own, by which a proxy calls the UI and the APIs.',
  }),
  allowedOrigin: list({
    group: ACCESS,
    placeholder: 'ORIGIN',
    text: 'Origins of web pages that may call the APIs.',
  }),
  ingestToken: optionalString({ group: ACCESS, text: 'Senders of OTLP must give this token too.' }),

  demo: boolean({
    group: DEMO,
    default: false,
    text: 'Run a small shop of instrumented services that sends its telemetry here.',
  }),
  scenario: string({
    group: DEMO,
    placeholder: 'NAME',
    default: 'slow-payment',
    text: 'What goes wrong in the shop; can be switched in the UI.',
  }),

  logLevel: choice({
    group: OUTPUT,
    of: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    text: 'Least level that is printed.',
  }),
  logFormat: choice({
    group: OUTPUT,
    of: ['text', 'json'],
    default: 'text',
    text: 'For people or machines.',
  }),

  maxBody: bytes({
    group: LIMITS,
    default: 64 * MIB,
    text: 'Largest request, before and after decompression.',
  }),
  maxConnections: integer({
    group: LIMITS,
    min: 1,
    max: 1_000_000,
    default: 10_000,
    text: 'Connections an OTLP port holds at a time.',
  }),
  engineMemory: bytes({
    group: LIMITS,
    default: 2 * GIB,
    text: 'Memory the database engine may take; a query beyond it fails, ingest goes on.',
  }),
  queryTimeout: duration({ group: LIMITS, default: 60_000, text: 'Longest run of a query.' }),
  drainTimeout: duration({
    group: LIMITS,
    default: 10_000,
    text: 'Time to finish what is under way when stopping.',
  }),
};

export type ServerSettings = ValuesOf<typeof serverSettings>;
