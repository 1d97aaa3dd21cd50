// From `--config` and `--set` to one tree: read, merged in order, expanded.

import { isNull, nameOf, type ConfigNode, type MapNode } from '../node.ts';
import type { Problem } from '../problem.ts';
import type { Fault } from '../schema/options.ts';
import { noPlace, Source, type Place } from '../source.ts';
import { Expander } from './expand.ts';
import type { ConfigHost } from './host.ts';
import { configLocation } from './location.ts';
import { mergeNodes, splitTopKeys } from './merge.ts';
import { Retriever } from './retrieve.ts';
import { parseSet } from './set-flag.ts';

export interface ResolveInput {
  /** Values of `--config`, in order. */
  readonly uris: readonly string[];
  /** Values of `--set`, in order; put over all of them. */
  readonly sets?: readonly string[];
  readonly host: ConfigHost;
}

export interface ResolvedTree {
  /** undefined when a source could not be read or parsed. */
  readonly root: MapNode | undefined;
  readonly problems: readonly Problem[];
  /** Paths that were read, for `--watch`. */
  readonly files: readonly string[];
}

/** As upstream. */
const URIS_MAX = 100;

export async function resolveTree(input: ResolveInput): Promise<ResolvedTree> {
  const problems: Problem[] = [];
  const retriever = new Retriever(input.host);
  const trees: ConfigNode[] = [];
  if (input.uris.length > URIS_MAX)
    problems.push(argumentFault('--config', `is given more than ${URIS_MAX} times`));
  for (const uri of input.uris.slice(0, URIS_MAX)) {
    trees.push(...(await readDocument(uri, retriever, problems)));
  }
  for (const argument of input.sets ?? []) {
    const tree = parseSet(argument);
    if (tree.ok) trees.push(tree.value);
    else problems.push(...tree.error);
  }
  const files = [...retriever.files];
  if (problems.some(({ severity }) => severity === 'error'))
    return { root: undefined, problems, files };
  const empty: MapNode = { kind: 'map', entries: new Map(), place: trees[0]?.place ?? noPlace };
  const expander = new Expander(retriever, input.host.env);
  const expanded = await expander.expand(trees.reduce(mergeNodes, empty));
  return {
    root: expanded.kind === 'map' ? expanded : empty,
    problems: [...problems, ...expander.problems],
    files: [...retriever.files],
  };
}

async function readDocument(
  uri: string,
  retriever: Retriever,
  problems: Problem[],
): Promise<ConfigNode[]> {
  const location = configLocation(uri);
  const name = location.ok && location.value.scheme === 'file' ? location.value.rest : uri;
  const document = location.ok ? await retriever.document(location.value, name) : location;
  if (!document.ok) {
    problems.push(argumentFault(`--config ${uri}`, document.error));
    return [];
  }
  problems.push(...document.value.problems);
  const { node } = document.value;
  if (isNull(node)) return [];
  if (node.kind === 'map') return [splitTopKeys(node)];
  const message = `a configuration must be a map, but this is ${nameOf(node)}`;
  const suggestion = 'write receivers:, exporters: and service: as its keys';
  problems.push({ severity: 'error', path: '', message, suggestion, place: node.place });
  return [];
}

function argumentFault(argument: string, fault: Fault): Problem {
  const [message, suggestion] = typeof fault === 'string' ? [fault] : fault;
  const source = new Source('', argument);
  const place: Place = { source, start: 0, end: argument.length };
  return { severity: 'error', path: '', message, suggestion, place };
}
