// Which handler answers a path. Paths are literal segments, `:name` for one segment, `*name` at the end for the rest.
// A literal wins over a parameter, a parameter over the rest; two owners of one path are a bug, found at the start.

import type { HttpReply, HttpRequest } from './http-message.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method | readonly Method[];
  readonly path: string;
  readonly handle: (request: HttpRequest) => HttpReply | Promise<HttpReply>;
  /** Answered without a token, such as `/livez`. */
  readonly open?: boolean;
}

/** The routes of one API dialect. */
export interface RouteGroup {
  /** Whose they are, e.g. `jaeger`: named when two groups claim one path. */
  readonly owner: string;
  readonly routes: readonly Route[];
  /** An error in this dialect's shape; default: the native API's. */
  readonly renderError?: (error: unknown, request: HttpRequest) => HttpReply;
}

export type Found =
  | {
      readonly kind: 'route';
      readonly route: Route;
      readonly group: RouteGroup;
      readonly params: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'wrong-method';
      readonly allowed: readonly string[];
      readonly group: RouteGroup;
    }
  | { readonly kind: 'bad-path' }
  | { readonly kind: 'none' };

interface Leaf {
  readonly route: Route;
  readonly group: RouteGroup;
  readonly names: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  /** By method, for a path that ends here. */
  readonly leaves: Map<string, Leaf>;
  /** By method, for a path that goes on behind here. */
  readonly rest: Map<string, Leaf>;
}

const newNode = (): Node => ({
  literals: new Map(),
  parameter: undefined,
  leaves: new Map(),
  rest: new Map(),
});

export class Router {
  readonly #root = newNode();

  constructor(groups: readonly RouteGroup[]) {
    for (const group of groups) for (const route of group.routes) this.#add(group, route);
  }

  find(method: string, path: string): Found {
    let segments: readonly string[];
    try {
      segments = path.slice(1).split('/').map(decodeURIComponent);
    } catch {
      return { kind: 'bad-path' };
    }
    const matched = matchLeaves(this.#root, segments, 0, []);
    if (matched === undefined) return { kind: 'none' };
    const { leaves, values } = matched;
    const leaf = leaves.get(method === 'HEAD' ? 'GET' : method);
    if (leaf !== undefined) {
      const params = Object.fromEntries(leaf.names.map((name, i) => [name, values[i] ?? '']));
      return { kind: 'route', route: leaf.route, group: leaf.group, params };
    }
    const [any] = leaves.values();
    if (any === undefined) return { kind: 'none' };
    const allowed = [...leaves.keys()].flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    return { kind: 'wrong-method', allowed, group: any.group };
  }

  #add(group: RouteGroup, route: Route): void {
    let node = this.#root;
    const names: string[] = [];
    let leaves: Map<string, Leaf> | undefined;
    for (const segment of route.path.slice(1).split('/')) {
      if (segment.startsWith('*')) {
        names.push(segment.slice(1));
        leaves = node.rest;
        break;
      }
      if (segment.startsWith(':')) {
        names.push(segment.slice(1));
        node = node.parameter ??= newNode();
      } else {
        let next = node.literals.get(segment);
        if (next === undefined) node.literals.set(segment, (next = newNode()));
        node = next;
      }
    }
    leaves ??= node.leaves;
    for (const method of [route.method].flat()) {
      const taken = leaves.get(method);
      if (taken !== undefined) {
        const owners = `${taken.group.owner} and ${group.owner}`;
        throw new Error(`${method} ${route.path} has two owners: ${owners}`);
      }
      leaves.set(method, { route, group, names });
    }
  }
}

function matchLeaves(
  node: Node,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): { leaves: Map<string, Leaf>; values: readonly string[] } | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    return node.leaves.size > 0 ? { leaves: node.leaves, values } : undefined;
  }
  const literal = node.literals.get(segment);
  const found =
    (literal && matchLeaves(literal, segments, index + 1, values)) ??
    (node.parameter && segment !== ''
      ? matchLeaves(node.parameter, segments, index + 1, [...values, segment])
      : undefined);
  if (found !== undefined) return found;
  if (node.rest.size === 0) return undefined;
  return { leaves: node.rest, values: [...values, segments.slice(index).join('/')] };
}
