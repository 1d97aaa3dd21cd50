// What a person sees after the start: where everything is, and what to do next.

import type { Addresses } from '../app/addresses.ts';
import type { ServerSettings } from '../app/settings.ts';
import type { Terminal } from './command.ts';
import { paint } from './output.ts';

export function startScreen(
  addresses: Addresses,
  settings: ServerSettings,
  version: string,
  terminal: Terminal,
): string {
  const row = (name: string, value: string): string =>
    `  ${paint(terminal, 'dim', name.padEnd(14))}${value}`;
  const next = settings.demo
    ? row('demo', `the shop takes orders; see its slow checkout at ${addresses.ui}`)
    : row(
        'next',
        addresses.receivers !== undefined
          ? `look at ${addresses.ui}/pipelines`
          : `point an SDK here: OTEL_EXPORTER_OTLP_ENDPOINT=${addresses.otlpHttp}`,
      );
  const rows = [
    row('UI and APIs', paint(terminal, 'cyan', addresses.ui)),
    ...(addresses.receivers?.map((text) => row('receiver', text)) ?? [
      row('OTLP', `${addresses.otlpHttp} and ${addresses.otlpGrpc}, each for HTTP and gRPC`),
    ]),
    row('health', addresses.health),
    row('data', settings.data),
    ...addresses.open.map((text) => row('open', paint(terminal, 'yellow', text))),
    next,
  ];
  return `${paint(terminal, 'bold', `throughline ${version}`)}\n${rows.join('\n')}\n`;
}
