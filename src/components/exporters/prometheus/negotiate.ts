// Which format a scraper gets, by its Accept header.
// https://prometheus.io/docs/instrumenting/content_negotiation/

import { type Escaping, ESCAPINGS } from '../../../base/prometheus/escape.ts';

export type Format = 'text' | 'openmetrics' | 'protobuf';

export interface Negotiated {
  readonly format: Format;
  readonly escaping: Escaping;
  readonly contentType: string;
}

interface Wish {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly quality: number;
}

const PROTOBUF = 'application/vnd.google.protobuf';
const FAMILY = 'io.prometheus.client.MetricFamily';

export function negotiate(accept: string | undefined, openMetrics: boolean): Negotiated {
  const wishes = wishesOf(accept ?? '').sort((a, b) => b.quality - a.quality);
  for (const wish of wishes) {
    const found = answerTo(wish, openMetrics);
    if (found !== undefined) return found;
  }
  return {
    format: 'text',
    escaping: 'underscores',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  };
}

function wishesOf(accept: string): Wish[] {
  return accept.split(',').map((part) => {
    const [type = '', ...rest] = part.split(';').map((one) => one.trim());
    const params = new Map(
      rest.map((param): [string, string] => {
        const [name = '', value = ''] = param.split('=');
        return [name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')];
      }),
    );
    const quality = Number(params.get('q') ?? '1');
    return { type: type.toLowerCase(), params, quality: Number.isNaN(quality) ? 1 : quality };
  });
}

function answerTo({ type, params, quality }: Wish, openMetrics: boolean): Negotiated | undefined {
  if (quality === 0) return undefined;
  const wished = params.get('escaping');
  const escaping = ESCAPINGS.find((one) => one === wished) ?? 'underscores';
  // Said only to who asked: older scrapers know no such parameter.
  const said = wished === undefined ? '' : `; escaping=${escaping}`;
  const version = params.get('version');
  if (type === 'application/openmetrics-text') {
    if (!openMetrics || !['1.0.0', '0.0.1', undefined].includes(version)) return undefined;
    const contentType = `${type}; version=${version ?? '1.0.0'}; charset=utf-8${said}`;
    return { format: 'openmetrics', escaping, contentType };
  }
  if (type === PROTOBUF) {
    const isFamily = params.get('proto') === FAMILY && params.get('encoding') === 'delimited';
    if (!isFamily) return undefined;
    return {
      format: 'protobuf',
      escaping,
      contentType: `${type}; proto=${FAMILY}; encoding=delimited${said}`,
    };
  }
  if (type === 'text/plain' && ['1.0.0', '0.0.4', undefined].includes(version)) {
    const contentType = `${type}; version=${version ?? '0.0.4'}; charset=utf-8${said}`;
    return { format: 'text', escaping, contentType };
  }
  return undefined;
}
