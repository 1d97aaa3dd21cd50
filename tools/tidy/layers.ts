// The whole truth about who may import whom. An exception is a line with a reason, never a disable comment.

/** Layer → layers that its files may import besides their own, bottom to top. The longest matching prefix decides. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/otlp': ['src/base'],
  'src/sql': ['src/base'],
  'src/config': ['src/base'],
  'src/telemetry': ['src/base'],
  'src/net': ['src/base', 'src/config', 'src/telemetry'],
  'src/log': ['src/base', 'src/telemetry'],
  'src/pipeline': ['src/base', 'src/otlp', 'src/config', 'src/telemetry', 'src/log'],
  'src/store/contract.ts': ['src/base'],
  'src/store/schema': ['src/base', 'src/sql'],
  'src/store': [
    'src/base',
    'src/otlp',
    'src/sql',
    'src/config',
    'src/telemetry',
    'src/log',
    'src/store/contract.ts',
    'src/store/schema',
  ],
  'src/components': [
    'src/base',
    'src/otlp',
    'src/sql',
    'src/config',
    'src/telemetry',
    'src/net',
    'src/log',
    'src/pipeline',
    'src/store/contract.ts',
  ],
  'src/analysis': ['src/base'],
  'src/query/core': ['src/base', 'src/sql', 'src/store/contract.ts', 'src/store/schema'],
  'src/query': [
    'src/base',
    'src/sql',
    'src/store/contract.ts',
    'src/store/schema',
    'src/query/core',
  ],
  'src/passes': [
    'src/base',
    'src/sql',
    'src/telemetry',
    'src/analysis',
    'src/store/contract.ts',
    'src/store/schema',
  ],
  'src/api/contract': ['src/base'],
  'src/api': [
    'src/base',
    'src/otlp',
    'src/sql',
    'src/config',
    'src/telemetry',
    'src/net',
    'src/log',
    'src/pipeline',
    'src/store',
    'src/query',
    'src/analysis',
    'src/passes',
    'src/api/contract',
  ],
  'src/app': [
    'src/base',
    'src/otlp',
    'src/sql',
    'src/config',
    'src/telemetry',
    'src/net',
    'src/log',
    'src/pipeline',
    'src/store',
    'src/components',
    'src/query',
    'src/analysis',
    'src/passes',
    'src/api',
  ],
  'src/cli': ['src/base', 'src/config', 'src/telemetry', 'src/net', 'src/app', 'src/api/contract'],
  'web/src': ['src/api/contract', 'src/query/traces/filter', 'src/base'],
  'web/dev': ['web/src', 'src/api/contract', 'tools/scripts'],
  'examples/checkout/src': [],
  'tools/scripts': [],
};

/** Folders below these never import a sibling: `src/query/traces` not `src/query/logs`. */
export const SIBLINGS_APART: readonly string[] = [
  'src/components/receivers',
  'src/components/processors',
  'src/components/connectors',
  'src/components/exporters',
  'src/components/extensions',
];

export interface Exception {
  readonly file: string;
  readonly imports: string;
  readonly reason: string;
}

export const IMPORT_EXCEPTIONS: readonly Exception[] = [];

/** Files over 600 lines that may be: tables of cases, generated code. */
export const LONG_FILES: Readonly<Record<string, string>> = {};

/** Functions over 70 lines that may be, as `file#name`, with the reason. */
export const LONG_FUNCTIONS: Readonly<Record<string, string>> = {
  'bench/cases/log.ts#benchLog': 'one measurement, read from top to bottom',
  'src/api/native/suite/checkout.ts#seedCheckout': 'data of a trace, span by span',
  'src/log/open.ts#openSegmentLog': 'wires the parts of the log together; nothing is decided in it',
  'src/query/traces/trace/read-span.ts#readPeers': 'one SQL tree',
  'src/store/suite/engine-suite.ts#describeQueries': 'a table of cases',
  'web/src/pages/metrics/legend-table.tsx#LegendRow': 'the cells of one row',
  'web/src/pages/trace/use-row-actions.ts#useRowActions': 'the actions of a row as one object',
  'web/src/pages/traces/heat-map.tsx#HeatMap': 'state and markup of one component',
  'web/src/ui/query-line.tsx#QueryLine': 'state and markup of one component',
  'web/src/ui/use-completion.ts#useCompletion': 'one state machine',
};
