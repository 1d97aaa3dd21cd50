// From `--config` and `--set` to a checked document: the one way in for every command.

import type { Catalogue } from './document/catalogue.ts';
import type { CollectorDocument } from './document/document.ts';
import { readDocument } from './document/read-document.ts';
import type { MapNode } from './node.ts';
import { sortProblems, type Problem } from './problem.ts';
import { resolveTree, type ResolveInput } from './resolve/resolve.ts';

export interface LoadInput extends ResolveInput {
  readonly catalogue: Catalogue;
  readonly inContainer: boolean;
}

export interface Loaded {
  /** undefined when there are errors. */
  readonly document: CollectorDocument | undefined;
  /** The merged, expanded tree, where all sources could be read; errors or not. */
  readonly root: MapNode | undefined;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Paths that were read, for `--watch`. */
  readonly files: readonly string[];
}

export async function loadDocument(input: LoadInput): Promise<Loaded> {
  const { root, problems, files } = await resolveTree(input);
  const read =
    root === undefined
      ? { document: undefined, problems: [] }
      : readDocument(root, input.catalogue, { inContainer: input.inContainer });
  const all = sortProblems([...problems, ...read.problems]);
  const errors = all.filter(({ severity }) => severity === 'error');
  return {
    document: errors.length === 0 ? read.document : undefined,
    root,
    errors,
    warnings: all.filter(({ severity }) => severity === 'warning'),
    files,
  };
}
