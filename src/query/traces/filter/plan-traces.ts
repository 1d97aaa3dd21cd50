// Checked filter → condition on a row with the columns of `traces`. Each conjunct is fulfilled by the trace itself or
// by at least one of its spans (check.ts says what that means); a negated one by none of them.
//
// "Some span fulfils φ" is moved inwards: over `or` it may be split, and what the trace alone decides may be taken out
// of an `and`. Where the two are mixed deeper, φ is brought to a disjunction of conjunctions first.

import { err, ok, type Result } from '../../../base/result.ts';
import {
  and,
  boolean,
  binary,
  call,
  column,
  type Expression,
  integer,
  isIn,
  not,
  or,
  text,
} from '../../../sql/expression.ts';
import { select, table } from '../../../sql/select.ts';
import { type NanoRange, widened, within } from '../../core/time-range.ts';
import type { FilterError } from './ast.ts';
import type { Checked, CheckedFilter } from './check.ts';
import { idLiteral } from './plan-tests.ts';
import { rowCondition } from './plan-rows.ts';
import { wholeTraceCondition } from './plan-whole.ts';
import type { OnResources } from './resources.ts';

/** Spans of a trace are looked for from this long before the range in which traces start: clocks differ. */
const BEFORE_NANOS = 300_000_000_000n;
/** And until this long after it: longer traces are found by their first hour. */
const AFTER_NANOS = 3_600_000_000_000n;
/** A disjunction with more members is refused: each is a search of its own. */
const MAX_ALTERNATIVES = 64;

interface Planning {
  readonly range: NanoRange;
  readonly onResources: OnResources;
}

/** One condition a conjunct, in their order. */
export function traceConditions(
  filter: CheckedFilter,
  range: NanoRange,
  onResources: OnResources,
): Result<readonly Expression[], FilterError> {
  const planning: Planning = { range: widened(range, BEFORE_NANOS, AFTER_NANOS), onResources };
  const conditions: Expression[] = [];
  for (const { checked, source } of filter.conjuncts) {
    const condition = conjunctCondition(checked, planning);
    if (condition === undefined) {
      return err({
        code: 'FILTER_TOO_LARGE',
        from: source.from,
        to: source.to,
        message: `This mixes conditions on spans and on the whole trace in more than ${MAX_ALTERNATIVES} ways. Split it into terms joined by and.`,
      });
    }
    conditions.push(condition);
  }
  return ok(conditions);
}

function conjunctCondition(checked: Checked, planning: Planning): Expression | undefined {
  if (checked.kind !== 'not') return someSpan(checked, planning);
  const inner = conjunctCondition(checked.term, planning);
  return inner === undefined ? undefined : not(inner);
}

function someSpan(checked: Checked, planning: Planning): Expression | undefined {
  const levels = levelsOf(checked);
  if (levels === 'trace') return wholeCondition(checked);
  if (levels === 'row') return shortcut(checked) ?? spansIn([checked], planning);
  const alternatives = alternativesOf(pushNot(checked, false));
  if (alternatives === undefined) return undefined;
  return or(
    ...alternatives.map((tests) => {
      const ofTrace = tests.filter((test) => levelsOf(test) === 'trace');
      const ofRow = tests.filter((test) => levelsOf(test) !== 'trace');
      return and(
        ...ofTrace.map((test) => wholeCondition(test)),
        ...(ofRow.length > 0 ? [spansIn(ofRow, planning)] : []),
      );
    }),
  );
}

/** Tests that a row of `traces` answers as well as its spans do. */
function shortcut(checked: Checked): Expression | undefined {
  if (checked.kind !== 'test' || checked.field.kind !== 'intrinsic') return undefined;
  const { field, test } = checked;
  if (field.name === 'service' && test.kind === 'text' && test.operator === '=') {
    return call('has', column('Services'), text(test.value));
  }
  if (field.name === 'trace' && test.kind === 'text') {
    return binary(column('TraceId'), '=', idLiteral(test.value));
  }
  const isError = test.kind === 'number' && test.operator === '=' && test.value === 2;
  return field.name === 'status' && isError ? binary(column('Errors'), '>', integer(0)) : undefined;
}

function spansIn(checked: readonly Checked[], { range, onResources }: Planning): Expression {
  const conditions = checked.map((one) => rowCondition(one, onResources));
  return isIn(
    column('TraceId'),
    select({
      columns: [column('TraceId')],
      from: table('spans'),
      where: and(within(column('StartTime'), range), ...conditions),
    }),
  );
}

function wholeCondition(checked: Checked): Expression {
  switch (checked.kind) {
    case 'and':
      return and(...checked.terms.map(wholeCondition));
    case 'or':
      return or(...checked.terms.map(wholeCondition));
    case 'not':
      return not(wholeCondition(checked.term));
    case 'test':
      return checked.field.kind === 'intrinsic'
        ? wholeTraceCondition(checked.field.name, checked.test)
        : boolean(false);
  }
}

function levelsOf(checked: Checked): 'trace' | 'row' | 'mixed' {
  switch (checked.kind) {
    case 'test':
      return checked.field.kind === 'intrinsic' ? checked.field.level : 'row';
    case 'not':
      return levelsOf(checked.term);
    case 'and':
    case 'or': {
      const levels = new Set(checked.terms.map(levelsOf));
      const [only] = levels;
      return levels.size === 1 && only !== undefined ? only : 'mixed';
    }
  }
}

/** Negations down to the tests: not (a and b) = not a or not b. */
function pushNot(checked: Checked, negated: boolean): Checked {
  switch (checked.kind) {
    case 'test':
      return negated ? { kind: 'not', term: checked } : checked;
    case 'not':
      return pushNot(checked.term, !negated);
    case 'and':
    case 'or': {
      const flipped = checked.kind === 'and' ? 'or' : 'and';
      return {
        kind: negated ? flipped : checked.kind,
        terms: checked.terms.map((term) => pushNot(term, negated)),
      };
    }
  }
}

/** The disjunction of conjunctions, or undefined when it has too many members. */
function alternativesOf(checked: Checked): Checked[][] | undefined {
  if (checked.kind === 'test' || checked.kind === 'not') return [[checked]];
  let alternatives: Checked[][] = checked.kind === 'and' ? [[]] : [];
  for (const term of checked.terms) {
    const inner = alternativesOf(term);
    if (inner === undefined) return undefined;
    alternatives =
      checked.kind === 'or'
        ? [...alternatives, ...inner]
        : alternatives.flatMap((left) => inner.map((right) => [...left, ...right]));
    if (alternatives.length > MAX_ALTERNATIVES) return undefined;
  }
  return alternatives;
}
