// One source of configuration, read: the text, and what YAML makes of it. As upstream's providers do it: what is no YAML,
// or YAML of one text, is taken as it stands, quotes and line ends included.

import { err, ok, type Result } from '../../base/result.ts';
import { nullNode, type ConfigNode } from '../node.ts';
import type { Problem } from '../problem.ts';
import type { Fault } from '../schema/options.ts';
import { Source, type Place } from '../source.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import type { ConfigHost } from './host.ts';
import type { Location } from './location.ts';

export interface Retrieved {
  readonly node: ConfigNode;
  readonly text: string;
  readonly problems: readonly Problem[];
}

export class Retriever {
  readonly #host: ConfigHost;
  readonly #texts = new Map<string, Promise<Result<string | undefined, Fault>>>();
  /** Paths that were read, for those who watch them. */
  readonly files = new Set<string>();

  constructor(host: ConfigHost) {
    this.#host = host;
  }

  /** A whole configuration, of `--config`: it must be YAML. */
  async document(location: Location, name: string): Promise<Result<Retrieved, Fault>> {
    const text = await this.#textOf(location);
    if (!text.ok) return text;
    const source = new Source(name, text.value ?? '');
    const { node, problems } = parseYaml(source);
    const place = { source, start: 0, end: 0 };
    return ok({ node: node ?? nullNode(place), text: source.text, problems });
  }

  /** The value of a `${…}` that stands at `via`. */
  async value(location: Location, via: Place): Promise<Result<Retrieved, Fault>> {
    const found = await this.#textOf(location);
    if (!found.ok) return found;
    const text = found.value ?? '';
    const isFile = location.scheme === 'file';
    const name = isFile ? location.rest : `${location.scheme}:${nameOf(location)}`;
    const source = new Source(name, text, { via, shown: isFile });
    const { node, problems } = parseYaml(source);
    if (node === undefined && isFile && /\.ya?ml$/.test(location.rest)) {
      return ok({ node: nullNode(via), text, problems });
    }
    const said = warningsOf(location, found.value, via);
    if (node === undefined || (node.kind === 'scalar' && node.type === 'string')) {
      return ok({
        node: verbatim(text, source),
        text,
        problems: [...said, ...lineEnd(text, isFile, via)],
      });
    }
    return ok({ node: whole(node, text), text, problems: said });
  }

  #textOf(location: Location): Promise<Result<string | undefined, Fault>> {
    const key = `${location.scheme}:${location.rest}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = this.#read(location);
    this.#texts.set(key, text);
    return text;
  }

  async #read({ scheme, rest }: Location): Promise<Result<string | undefined, Fault>> {
    switch (scheme) {
      case 'env':
        return ok(variableValue(rest, this.#host.env));
      case 'yaml':
        return ok(rest);
      case 'file':
        this.files.add(rest);
        return attempt(
          () => this.#host.readFile(rest),
          (reason) => [
            `the file ${rest} cannot be read: ${reason}`,
            rest.startsWith('/')
              ? 'check the path and who may read it'
              : `relative paths begin at the working directory, ${this.#host.cwd}`,
          ],
        );
      default:
        return attempt(
          () => this.#host.fetchText(`${scheme}:${rest}`),
          (reason) => [`${scheme}:${rest} cannot be read: ${reason}`, 'check the address'],
        );
    }
  }
}

/** undefined: not set, and without a default. */
function variableValue(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const at = text.indexOf(':-');
  return at < 0 ? env[text] : (env[text.slice(0, at)] ?? text.slice(at + 2));
}

const nameOf = ({ rest }: Location): string => rest.split(':-', 1)[0] ?? rest;

async function attempt(
  work: () => Promise<string>,
  fault: (reason: string) => Fault,
): Promise<Result<string, Fault>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(fault(reasonOf(error)));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return REASONS[code] ?? `${error.message}${cause}`;
}

const verbatim = (text: string, source: Source): ConfigNode => ({
  kind: 'scalar',
  type: 'string',
  value: text,
  text,
  expanded: true,
  place: { source, start: 0, end: text.length },
});

/** With the text beside what YAML made of it: the field's type decides which is taken. */
const whole = (node: ConfigNode, text: string): ConfigNode =>
  node.kind === 'scalar' ? { ...node, text, expanded: true } : { ...node, text };

function warningsOf(location: Location, text: string | undefined, place: Place): Problem[] {
  if (location.scheme !== 'env' || (text !== undefined && text !== '')) return [];
  const name = nameOf(location);
  if (text === undefined) {
    return [
      {
        severity: 'warning',
        path: '',
        message: `the variable ${name} is not set; nothing is put in its place`,
        suggestion: `set it, or write a default: \${env:${name}:-…}`,
        place,
      },
    ];
  }
  return [];
}

/** A secret in a file mostly ends with a line break, which upstream leaves in the value. */
function lineEnd(text: string, isFile: boolean, place: Place): Problem[] {
  if (!isFile || !text.endsWith('\n') || text.trim().includes('\n')) return [];
  return [
    {
      severity: 'warning',
      path: '',
      message: 'the file ends with a line break, which becomes part of the value',
      suggestion: 'write the file without one: printf %s "$value" > file',
      place,
    },
  ];
}
