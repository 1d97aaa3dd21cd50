// The log of a service. The instrumentation adds trace and span id to each line and sends it over OTLP.

import { pino } from 'pino';
import { setting } from './setting.ts';

export const log = pino({ name: setting('SERVICE_NAME'), level: 'info' });
