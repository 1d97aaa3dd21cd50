// What a log line is made of, whatever its format.

import type { InstrumentationScope, KeyValue, LogRecord } from '../../../otlp/objects/types.ts';

export interface LineParts {
  readonly record: LogRecord;
  /** Without hints and without what became a label. */
  readonly attributes: readonly KeyValue[];
  readonly resource: readonly KeyValue[];
  readonly scope: Pick<InstrumentationScope, 'name' | 'version'>;
}
