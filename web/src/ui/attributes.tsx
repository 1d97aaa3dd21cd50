// Attributes as sent, with their types where those are not plain: filter by one, exclude it, copy it (on hover and focus).

import { Link } from 'wouter';
import type { Attribute, TypedValue } from '../../../src/api/contract/common.ts';
import { paths } from '../lib/url/paths.ts';
import { filterTerm } from './filter-term.ts';
import { CopyButton } from './copy.tsx';
import { Icon } from './icon.tsx';
import './attributes.css';

export function valueText(value: TypedValue): string {
  switch (value.t) {
    case 'b':
      return String(value.v);
    case 'd':
      return String(value.v);
    case 'n':
      return 'no value';
    default:
      return value.v;
  }
}

const TYPE_WORDS: Readonly<Partial<Record<TypedValue['t'], string>>> = {
  y: 'bytes, base64',
  a: 'array',
  m: 'map',
};

/** What a term leads to: "Traces where …" and the address of them. */
export interface Where {
  readonly noun: string;
  readonly href: (term: string) => string;
}

const TRACES: Where = { noun: 'Traces', href: (term) => paths.tracesWhere(term) };

export function AttributeList({
  attributes,
  where = TRACES,
}: {
  attributes: readonly Attribute[];
  where?: Where;
}) {
  if (attributes.length === 0) return null;
  return (
    <dl className="kv">
      {attributes.map((attribute, at) => (
        // A key may be sent twice; both are kept, in order.
        <AttributeRow key={`${attribute.key} ${String(at)}`} attribute={attribute} where={where} />
      ))}
    </dl>
  );
}

function AttributeRow({ attribute, where }: { attribute: Attribute; where: Where }) {
  const { key, value } = attribute;
  const text = valueText(value);
  const word = TYPE_WORDS[value.t];
  const same = filterTerm(key, value, '=');
  const other = filterTerm(key, value, '!=');
  const failing = key === 'error.type' || key === 'exception.type';
  return (
    <div className="attr">
      <dt title={key}>{key}</dt>
      <dd className={failing ? 'err' : value.t === 'n' ? 't3' : ''}>
        {text}
        {word === undefined ? null : <span className="t3"> {word}</span>}
        <span className="acts">
          {same === null ? null : (
            <Link
              className="btn quiet tight"
              href={where.href(same)}
              aria-label={`${where.noun} where ${key} is ${text}`}
              title={same}
            >
              <Icon name="filter" />
            </Link>
          )}
          {other === null ? null : (
            <Link
              className="btn quiet tight"
              href={where.href(other)}
              aria-label={`${where.noun} where ${key} is not ${text}`}
              title={other}
            >
              <Icon name="minus" />
            </Link>
          )}
          <CopyButton className="btn quiet tight" text={text} label={`Copy ${key}`} />
        </span>
      </dd>
    </div>
  );
}
