// `--set processors.batch.timeout=2s`: one value, put over all files. Every dot is a step down, as upstream, so keys with
// dots cannot be set.

import { err, ok, type Result } from '../../base/result.ts';
import { nullNode, type ConfigNode } from '../node.ts';
import type { Problem } from '../problem.ts';
import { Source } from '../source.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { nested } from './merge.ts';

export function parseSet(argument: string): Result<ConfigNode, readonly Problem[]> {
  const source = new Source('--set', argument);
  const equals = argument.indexOf('=');
  if (equals < 0) {
    const place = { source, start: 0, end: argument.length };
    const message = '--set needs key=value';
    const suggestion = 'write it as --set=processors.batch.timeout=2s';
    return err([{ severity: 'error', path: '', message, suggestion, place }]);
  }
  // The value is parsed where it stands, behind as many blanks as the key is long, so that places fit the argument.
  const blank = new Source('--set', ' '.repeat(equals + 1) + argument.slice(equals + 1));
  const { node, problems } = parseYaml(blank);
  if (node === undefined) return err(problems);
  const path = argument.slice(0, equals).trim().split(/\.|::/);
  const place = { source, start: 0, end: equals };
  return ok(nested(path, { place, node: moved(node, source) ?? nullNode(place) }));
}

/** The same tree in the argument itself. */
function moved(node: ConfigNode, source: Source): ConfigNode {
  const place = { ...node.place, source };
  switch (node.kind) {
    case 'list':
      return { ...node, place, items: node.items.map((item) => moved(item, source)) };
    case 'map':
      return {
        ...node,
        place,
        entries: new Map(
          [...node.entries].map(([key, entry]) => [
            key,
            { place: { ...entry.place, source }, node: moved(entry.node, source) },
          ]),
        ),
      };
    default:
      return { ...node, place };
  }
}
