// `type` or `type/name`. Grammar of upstream's component.ID
// (https://github.com/open-telemetry/opentelemetry-collector/blob/main/component/identifiable.go).

import { err, ok, type Result } from '../../base/result.ts';
import type { Fault } from '../schema/options.ts';

export interface ComponentId {
  readonly type: string;
  /** Empty where there is none. */
  readonly name: string;
  /** As written, without blanks around its parts: `type/name`. */
  readonly text: string;
}

const TYPE = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
const NAME = /^[^\p{Z}\p{C}\p{S}]+$/u;
const NAME_CHARACTERS_MAX = 1024;

export function parseComponentId(written: string): Result<ComponentId, Fault> {
  const slash = written.indexOf('/');
  const type = (slash < 0 ? written : written.slice(0, slash)).trim();
  const name = slash < 0 ? '' : written.slice(slash + 1).trim();
  if (!TYPE.test(type)) {
    const fixed = type.replaceAll(/[-\s.]+/g, '_');
    return err([
      `${JSON.stringify(written)} is no id of a component`,
      TYPE.test(fixed)
        ? `write ${fixed}${name === '' ? '' : `/${name}`}: a type has letters, digits and _`
        : 'write type or type/name; a type has letters, digits and _',
    ]);
  }
  if (slash >= 0 && name === '') {
    return err([
      `${JSON.stringify(written)} has no name after the /`,
      `write ${type} or ${type}/name`,
    ]);
  }
  if (name !== '' && (name.length > NAME_CHARACTERS_MAX || !NAME.test(name))) {
    return err([
      `${JSON.stringify(name)} cannot be a name`,
      name.includes('${')
        ? 'references are expanded in values only: write the name out'
        : 'names have no blanks, control characters or symbols',
    ]);
  }
  return ok({ type, name, text: name === '' ? type : `${type}/${name}` });
}
