// Fields that hold a regular expression: RE2's, as everywhere in the Collector, compiled when the file is read.

import { compileRe2, type CompileOptions } from '../../base/re2/compile.ts';
import type { ConfigNode } from '../node.ts';
import type { Place } from '../source.ts';
import { scalar, type AbsentOf, type ScalarOptions } from './options.ts';
import type { Schema } from './schema.ts';
import { readText } from './text.ts';

export type RegexpOptions = ScalarOptions<RegExp, string> & CompileOptions;

export function regexp<const O extends RegexpOptions>(options?: O): Schema<RegExp, AbsentOf<O>> {
  const anchored = options?.anchored === true;
  const shape = { kind: 'string', default: options?.default } as const;
  return scalar<RegExp, O>(
    options,
    shape,
    declared(options?.default, anchored),
    (node, context) => {
      const pattern = readText(node, context);
      if (pattern === undefined) return undefined;
      const compiled = compileRe2(pattern, { anchored });
      if (compiled.ok) return compiled.value;
      const { message, at } = compiled.error;
      context.error(
        placeIn(node, pattern, at),
        `is no regular expression of RE2: ${message}`,
        'see https://github.com/google/re2/wiki/Syntax',
      );
      return undefined;
    },
  );
}

function declared(pattern: string | undefined, anchored: boolean): RegExp | undefined {
  if (pattern === undefined) return undefined;
  const compiled = compileRe2(pattern, { anchored });
  if (!compiled.ok) throw new Error(`a declaration says the pattern ${pattern}`);
  return compiled.value;
}

/** The character that is wrong, where the pattern stands in the file as it is. */
function placeIn({ place }: ConfigNode, pattern: string, at: number): Place {
  const start = place.source.text.indexOf(pattern, place.start);
  if (pattern === '' || start < 0 || start + pattern.length > place.end) return place;
  return { ...place, start: start + at, end: start + Math.min(at + 1, pattern.length) };
}
