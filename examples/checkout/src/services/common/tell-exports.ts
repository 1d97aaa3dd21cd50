// An exporter that tells the parent whether exporting works: the SDK itself says nothing about a collector that
// is not there. Told for the first trace of each kind that begins here, and whenever success turns into failure.

import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { tellParent } from '../../shared/lifeline.ts';

const SUCCESS = 0; // ExportResultCode.SUCCESS of @opentelemetry/core

export function tellExports(exporter: SpanExporter): SpanExporter {
  const exportSpans = exporter.export.bind(exporter);
  const told = new Set<string>();
  let worked = true;
  exporter.export = (spans, done) => {
    exportSpans(spans, (result) => {
      const ok = result.code === SUCCESS;
      if (!ok && worked) {
        tellParent({ kind: 'exported', ok, detail: result.error?.message ?? 'no reason given' });
      }
      worked = ok;
      if (ok)
        for (const name of newRoots(spans, told))
          tellParent({ kind: 'exported', ok, detail: name });
      done(result);
    });
  };
  return exporter;
}

function newRoots(spans: readonly ReadableSpan[], told: Set<string>): string[] {
  const names = spans
    .filter((span) => span.parentSpanContext === undefined)
    .map((span) => span.name);
  const fresh = [...new Set(names)].filter((name) => !told.has(name));
  for (const name of fresh) told.add(name);
  return fresh;
}
