// Where configuration comes from: `scheme:rest`, in `--config` and in `${…}`. Grammar of upstream's confmap
// (https://github.com/open-telemetry/opentelemetry-collector/blob/main/confmap/expand.go).

import { err, ok, type Result } from '../../base/result.ts';
import type { Fault } from '../schema/options.ts';
import { suggest } from '../suggest.ts';

export const SCHEMES = ['env', 'file', 'yaml', 'http', 'https'] as const;

export type Scheme = (typeof SCHEMES)[number];

export interface Location {
  readonly scheme: Scheme;
  readonly rest: string;
}

const URI = /^([A-Za-z][A-Za-z0-9+.-]+):(.*)$/s;
const DRIVE = /^[A-Za-z]:/;

/** Of `--config`: without a scheme, or with a drive letter, it is a file. */
export function configLocation(uri: string): Result<Location, Fault> {
  if (DRIVE.test(uri) || !uri.includes(':')) return ok({ scheme: 'file', rest: uri });
  return parse(uri, (scheme) => [
    `"${scheme}:" is no place that configuration can come from`,
    `write file:${uri} if it is a file; known are ${SCHEMES.join(', ')}`,
  ]);
}

/** Of what stands between `${` and `}`: without a scheme it is a variable. */
export function referenceLocation(inner: string): Result<Location, Fault> {
  if (!inner.includes(':')) return variable(inner);
  const location = parse(inner, (scheme, rest) => unknownScheme(inner, scheme, rest));
  if (location.ok && location.value.rest.includes('$')) {
    return err(['a $ cannot stand inside a reference', 'put it in a variable of its own']);
  }
  return location.ok && location.value.scheme === 'env' ? variable(location.value.rest) : location;
}

function parse(
  uri: string,
  unknown: (scheme: string, rest: string) => Fault,
): Result<Location, Fault> {
  const [, scheme = '', rest = ''] = URI.exec(uri) ?? [];
  const known = SCHEMES.find((name) => name === scheme);
  if (known !== undefined) return ok({ scheme: known, rest });
  if (scheme !== '') return err(unknown(scheme, rest));
  const [before = '', ...after] = uri.split(':');
  return err(unknown(before, after.join(':')));
}

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function unknownScheme(inner: string, scheme: string, rest: string): Fault {
  const shell = /^([:]?[-?+=])?/.exec(rest)?.[0] ?? '';
  if (NAME.test(scheme) && shell === '-') {
    return [`the default of a variable needs "env:" before its name`, `write \${env:${inner}}`];
  }
  const near = suggest(scheme, SCHEMES);
  return [
    `"${scheme}" is no source of values`,
    near === undefined
      ? `write one of ${SCHEMES.map((name) => `\${${name}:…}`).join(', ')}; $$ for a plain $`
      : `did you mean \${${near}:${rest}}?`,
  ];
}

function variable(text: string): Result<Location, Fault> {
  const [name = ''] = text.split(':-', 1);
  if (NAME.test(name)) return ok({ scheme: 'env', rest: text });
  const shell = /^([a-zA-Z_][a-zA-Z0-9_]*)[:]?[-?+=](.*)$/.exec(text);
  if (shell !== null) {
    return err([
      `only :- is known behind the name of a variable`,
      `write \${env:${shell[1]}:-${shell[2]}}`,
    ]);
  }
  return err([
    `${JSON.stringify(name)} is no name of a variable`,
    name.trim() !== name && NAME.test(name.trim())
      ? `write \${env:${name.trim()}}, without spaces`
      : 'names have letters, digits and _; write $$ for a plain $',
  ]);
}
