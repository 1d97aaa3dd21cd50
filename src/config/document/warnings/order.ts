// Processors in an order that loses data or makes wrong numbers.

import type { Problem } from '../../problem.ts';
import type { CollectorDocument, ComponentReference, PipelineConfig } from '../document.ts';

export function orderWarnings(document: CollectorDocument): Problem[] {
  return document.service.pipelines.flatMap((pipeline) => [
    ...memoryLimiter(pipeline, document),
    ...batchBeforeSampling(pipeline),
    ...samplingTwice(pipeline),
    ...tailFloor(pipeline, document),
  ]);
}

const typeOf = ({ id }: ComponentReference): string => {
  const [type = ''] = id.split('/');
  return FORMER[type] ?? type;
};

const FORMER: Readonly<Record<string, string>> = { groupbytrace: 'group_by_trace' };

function warning(
  pipeline: PipelineConfig,
  part: string,
  place: Problem['place'],
  message: string,
  suggestion: string,
): Problem {
  const path = `service::pipelines::${pipeline.id}::${part}`;
  return { severity: 'warning', path, message, suggestion, place };
}

/** Behind a connector the limiter of the pipeline before it has been asked. */
function memoryLimiter(pipeline: PipelineConfig, document: CollectorDocument): Problem[] {
  if (pipeline.receivers.every(({ id }) => document.connectors.has(id))) return [];
  const at = pipeline.processors.findIndex((reference) => typeOf(reference) === 'memory_limiter');
  if (at === 0) return [];
  const found = pipeline.processors[at];
  if (found !== undefined) {
    const message =
      'memory_limiter is not the first processor: what stands before it is not limited';
    return [warning(pipeline, 'processors', found.place, message, 'put it first')];
  }
  const message = `the pipeline ${pipeline.id} has no memory_limiter: a burst can end the process for lack of memory`;
  const suggestion =
    'add memory_limiter: {check_interval: 1s, limit_mib: 512} as the first processor';
  return [warning(pipeline, 'processors', pipeline.place, message, suggestion)];
}

const SAMPLERS = ['tail_sampling', 'group_by_trace'];

function batchBeforeSampling(pipeline: PipelineConfig): Problem[] {
  const batch = pipeline.processors.findIndex((reference) => typeOf(reference) === 'batch');
  const sampler = pipeline.processors.findLast((reference) => SAMPLERS.includes(typeOf(reference)));
  const found = pipeline.processors[batch];
  if (
    found === undefined ||
    sampler === undefined ||
    pipeline.processors.indexOf(sampler) < batch
  ) {
    return [];
  }
  const message = `batch stands before ${sampler.id}, which takes the batches apart again; what it lets through is sent in small pieces`;
  return [warning(pipeline, 'processors', found.place, message, `put batch behind ${sampler.id}`)];
}

function samplingTwice(pipeline: PipelineConfig): Problem[] {
  const tail = pipeline.processors.findIndex((reference) => typeOf(reference) === 'tail_sampling');
  const head = pipeline.processors.findIndex(
    (reference) => typeOf(reference) === 'probabilistic_sampler',
  );
  const found = pipeline.processors[head];
  if (found === undefined || head > tail) return [];
  const message =
    'probabilistic_sampler stands before tail_sampling: errors and slow traces are thrown away before they are looked at';
  const suggestion = 'remove it and give tail_sampling a policy of type probabilistic';
  return [warning(pipeline, 'processors', found.place, message, suggestion)];
}

/** Policies that keep something of the traces that are neither slow nor wrong. */
const FLOORS = ['always_sample', 'probabilistic', 'rate_limiting', 'bytes_limiting', 'composite'];

function tailFloor(pipeline: PipelineConfig, document: CollectorDocument): Problem[] {
  const found = pipeline.processors.find((reference) => typeOf(reference) === 'tail_sampling');
  const node = found === undefined ? undefined : document.processors.get(found.id)?.node;
  const policies = node?.kind === 'map' ? node.entries.get('policies') : undefined;
  if (policies?.node.kind !== 'list') return [];
  const types = policies.node.items.map((policy) => {
    const type = policy.kind === 'map' ? policy.entries.get('type')?.node : undefined;
    return type?.kind === 'scalar' ? type.text : '';
  });
  if (types.some((type) => FLOORS.includes(type))) return [];
  return [
    {
      severity: 'warning',
      path: `processors::${found?.id ?? ''}::policies`,
      message:
        'no policy keeps a share of ordinary traces: without them there is nothing to compare slow and failed ones with',
      suggestion: 'add {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 1}}',
      place: policies.place,
    },
  ];
}
