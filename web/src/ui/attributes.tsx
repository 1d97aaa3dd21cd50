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

export function AttributeList({ attributes }: { attributes: readonly Attribute[] }) {
  if (attributes.length === 0) return null;
  return (
    <dl className="kv">
      {attributes.map((attribute, at) => (
        // A key may be sent twice; both are kept, in order.
        // oxlint-disable-next-line react/no-array-index-key
        <AttributeRow key={`${attribute.key} ${String(at)}`} attribute={attribute} />
      ))}
    </dl>
  );
}

function AttributeRow({ attribute }: { attribute: Attribute }) {
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
              href={paths.tracesWhere(same)}
              aria-label={`Traces where ${key} is ${text}`}
              title={same}
            >
              <Icon name="filter" />
            </Link>
          )}
          {other === null ? null : (
            <Link
              className="btn quiet tight"
              href={paths.tracesWhere(other)}
              aria-label={`Traces where ${key} is not ${text}`}
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
