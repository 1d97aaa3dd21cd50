// Search or jump: pages, services, endpoints by name; a trace id goes to its trace, anything else searches traces.

import { useState } from 'react';
import { useLocation } from 'wouter';
import type { EndpointsAnswer, ServicesAnswer } from '../../../src/api/contract/overview.ts';
import { apiUrl } from '../lib/api/client.ts';
import { useApi } from '../lib/api/use-api.ts';
import { paths } from '../lib/url/paths.ts';
import { useTimeRange } from '../lib/url/use-time-range.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Chip } from '../ui/service.tsx';
import { PAGES } from './pages.ts';
import { jumpTargets, type Target } from './jump-targets.ts';

export function JumpDialog({ onClose }: { onClose: () => void }) {
  const { query } = useTimeRange();
  const services = useApi<ServicesAnswer>(apiUrl('/services', query));
  const endpoints = useApi<EndpointsAnswer>(apiUrl('/endpoints', query));
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [, navigate] = useLocation();
  const targets = jumpTargets(text, {
    pages: PAGES,
    services: services.data?.rows ?? [],
    endpoints: endpoints.data?.rows ?? [],
  });
  const go = (target: Target | undefined): void => {
    if (target === undefined) return;
    onClose();
    navigate(hrefOf(target));
  };
  return (
    <Dialog label="Search or jump" onClose={onClose}>
      <div className="jumpbox">
        <Icon name="find" className="t3" />
        <input
          role="combobox"
          aria-expanded={targets.length > 0}
          aria-controls="jump-list"
          aria-activedescendant={targets.length > 0 ? `jump-${String(at)}` : undefined}
          aria-label="Page, service, endpoint or trace id"
          placeholder="Page, service, endpoint or trace id"
          value={text}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt(Math.min(at + 1, targets.length - 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
            else if (event.key === 'Enter') go(targets[at]);
            else return;
            event.preventDefault();
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="jumplist" id="jump-list" role="listbox" aria-label="Targets">
        {targets.map((target, index) => (
          <div
            key={`${target.kind} ${target.label}`}
            id={`jump-${String(index)}`}
            className="opt"
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setAt(index)}
            onClick={() => go(target)}
          >
            {target.service === null ? null : <Chip service={target.service} />}
            <span className="clip">{target.label}</span>
            <span className="n">{target.kind}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function hrefOf(target: Target): string {
  switch (target.kind) {
    case 'page':
      return paths.page(target.page);
    case 'trace':
      return paths.trace(target.label);
    case 'service':
      return paths.tracesOfService(target.label);
    case 'endpoint':
      return paths.tracesOfEndpoint(target.service.name, target.label);
    case 'search traces':
      return paths.tracesWhere(target.label);
    default:
      return target satisfies never;
  }
}
