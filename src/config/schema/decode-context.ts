// What decoding finds on its way: errors and warnings with their places, and references to other components.

import type { ConfigNode } from '../node.ts';
import { pathText, type PathPart, type Problem } from '../problem.ts';
import type { Place } from '../source.ts';

export type ReferenceTarget = 'extension' | 'pipeline';

/** A field that names another part of the document, to be looked up when the whole of it is known. */
export interface Reference {
  readonly target: ReferenceTarget;
  /** What it is wanted for: `authenticator`, `storage`. */
  readonly role: string;
  readonly id: string;
  readonly path: string;
  readonly place: Place;
}

export class DecodeContext {
  readonly problems: Problem[] = [];
  readonly references: Reference[] = [];
  #path: readonly PathPart[];
  #failed = 0;

  constructor(path: readonly PathPart[] = []) {
    this.#path = path;
  }

  get path(): readonly PathPart[] {
    return this.#path;
  }

  /** Runs `work` one step deeper in the tree. */
  within<T>(part: PathPart, work: () => T): T {
    const outer = this.#path;
    this.#path = [...outer, part];
    try {
      return work();
    } finally {
      this.#path = outer;
    }
  }

  error(at: ConfigNode | Place, message: string, suggestion?: string): void {
    this.#add('error', at, message, suggestion);
  }

  warn(at: ConfigNode | Place, message: string, suggestion?: string): void {
    this.#add('warning', at, message, suggestion);
  }

  /** There is no value, and why was said before: counts as an error without another message. */
  fail(): void {
    this.#failed += 1;
  }

  refer(target: ReferenceTarget, role: string, id: string, place: Place): void {
    this.references.push({ target, role, id, path: pathText(this.#path), place });
  }

  get errorCount(): number {
    return this.#failed + this.problems.filter(({ severity }) => severity === 'error').length;
  }

  #add(
    severity: Problem['severity'],
    at: ConfigNode | Place,
    message: string,
    suggestion: string | undefined,
  ): void {
    const place = 'kind' in at ? at.place : at;
    this.problems.push({ severity, path: pathText(this.#path), message, suggestion, place });
  }
}
