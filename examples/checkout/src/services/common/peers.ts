// Names of services → where they are now. The demo's processes listen on whatever port was free, and telemetry should
// show names as it would in a cluster, so names are looked up here instead of in DNS.

import { onPeers } from '../../shared/lifeline.ts';

const ports = new Map<string, number>();

onPeers((peers) => {
  ports.clear();
  for (const [name, port] of Object.entries(peers)) ports.set(name, port);
});

export const portOf = (name: string): number | undefined => ports.get(name);

/** Whether a service runs at all: without Python there is no user-service. */
export const isThere = (name: string): boolean => ports.has(name);
