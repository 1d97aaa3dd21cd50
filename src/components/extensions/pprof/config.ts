// Configuration of pprof. Upstream's pprofextension
// (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/pprofextension).

import { type ConfigOf, duration, integer, object, string } from '../../../config/schema.ts';
import { checkListenAddress } from '../../../net/config/endpoint.ts';

export const pprofConfig = object({
  endpoint: string({
    default: 'localhost:1777',
    check: checkListenAddress,
    text: 'Address to listen on. Port 0: a free one.',
  }),
  dialer: object(
    { timeout: duration({ default: '0s', min: '0s', text: 'Without effect.' }) },
    { text: 'Accepted, without effect: nothing is dialled.' },
  ),
  block_profile_fraction: integer({
    default: 0,
    text: 'Accepted, without effect: nothing blocks here as in Go.',
  }),
  mutex_profile_fraction: integer({ default: 0, text: 'Accepted, without effect.' }),
  save_to_file: string({
    text: 'Take a CPU profile from the start to the stop, and write it to this file.',
  }),
});

export type PprofConfig = ConfigOf<typeof pprofConfig>;
