// A service or an outside peer: chip with initials in its hue. The chip is decoration; the name is always text nearby.

import type { ServiceRef } from '../../../src/api/contract/common.ts';
import { hueClass } from '../lib/service/hue.ts';
import { useInitials } from '../lib/service/registry.ts';

export function Chip({ service }: { service: ServiceRef }) {
  const initials = useInitials().get(service.name) ?? service.name.slice(0, 2).toUpperCase();
  return (
    <span
      className={`chip ${hueClass(service.number)}${service.outside ? ' ext' : ''}`}
      aria-hidden="true"
      title={service.name}
    >
      {initials}
    </span>
  );
}

export function ServiceName({ service, plain = false }: { service: ServiceRef; plain?: boolean }) {
  return (
    <span className={`svc ${plain ? '' : hueClass(service.number)}`}>
      <Chip service={service} />
      <span className="clip">{service.name}</span>
    </span>
  );
}
