// What is wrong with a configuration, or legal but harmful: where, what, and what to write instead.

import { shownPlace, type Place } from './source.ts';

export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Keys from the top, joined as upstream does: `processors::batch::timeout`. */
  readonly path: string;
  readonly message: string;
  /** What to do about it; a sentence without the final dot. */
  readonly suggestion?: string | undefined;
  readonly place: Place;
}

export type PathPart = string | number;

export const pathText = (path: readonly PathPart[]): string => path.join('::');

/** In the order a reader meets them: by source in order of appearance, then by offset; errors before warnings there. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = new Map<unknown, number>();
  for (const { place } of problems) {
    const { source } = shownPlace(place);
    if (!order.has(source)) order.set(source, order.size);
  }
  const rank = ({ place }: Problem): number => order.get(shownPlace(place).source) ?? 0;
  return problems.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      shownPlace(a.place).start - shownPlace(b.place).start ||
      a.severity.localeCompare(b.severity) ||
      a.message.localeCompare(b.message),
  );
}
