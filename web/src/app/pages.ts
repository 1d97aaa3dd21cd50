// The pages there are: navigation, routes and keys come from this table. Adding one: web/README.md.

import { lazy, type ComponentType } from 'react';
import type { PageName } from '../lib/url/paths.ts';

export interface PageEntry {
  readonly name: PageName;
  readonly label: string;
  /** Goes there after `g`. */
  readonly key: string;
  readonly component: ComponentType;
}

export const PAGES: readonly PageEntry[] = [
  {
    name: 'home',
    label: 'Home',
    key: 'h',
    component: lazy(async () => ({
      default: (await import('../pages/home/home-page.tsx')).HomePage,
    })),
  },
  {
    name: 'traces',
    label: 'Traces',
    key: 't',
    component: lazy(async () => ({
      default: (await import('../pages/traces/traces-page.tsx')).TracesPage,
    })),
  },
  {
    name: 'logs',
    label: 'Logs',
    key: 'l',
    component: lazy(async () => ({
      default: (await import('../pages/logs/logs-page.tsx')).LogsPage,
    })),
  },
  {
    name: 'metrics',
    label: 'Metrics',
    key: 'm',
    component: lazy(async () => ({
      default: (await import('../pages/metrics/metrics-page.tsx')).MetricsPage,
    })),
  },
  {
    name: 'pipelines',
    label: 'Pipelines',
    key: 'p',
    component: lazy(async () => ({
      default: (await import('../pages/pipelines/pipelines-page.tsx')).PipelinesPage,
    })),
  },
];

export const TracePage = lazy(async () => ({
  default: (await import('../pages/trace/trace-page.tsx')).TracePage,
}));
