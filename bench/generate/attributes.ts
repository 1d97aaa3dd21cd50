// Attributes and resources as SDKs send them, written straight to the wire.

import type { ProtobufWriter } from '../../src/otlp/wire/protobuf-writer.ts';
import { ANY_VALUE, KEY_VALUE, RESOURCE } from '../../src/otlp/fields.ts';
import type { Random } from './random.ts';

type Value = string | bigint | number | boolean;
export type Attribute = readonly [key: string, value: Value];

/** A KeyValue in field `field`: text, bigint as int, number as double, boolean. */
export function writeAttribute(
  writer: ProtobufWriter,
  field: number,
  [key, value]: Attribute,
): void {
  const pair = writer.open(field);
  writer.string(KEY_VALUE.key, key);
  const any = writer.open(KEY_VALUE.value);
  if (typeof value === 'string') writer.string(ANY_VALUE.stringValue, value);
  else if (typeof value === 'bigint') writer.int64(ANY_VALUE.intValue, value);
  else if (typeof value === 'boolean') writer.bool(ANY_VALUE.boolValue, value);
  else writer.double(ANY_VALUE.doubleValue, value);
  writer.close(any);
  writer.close(pair);
}

export const SERVICES = [
  'frontend',
  'gateway',
  'catalog',
  'cart',
  'checkout',
  'payment',
  'shipping',
  'recommendation',
] as const;
const INSTANCES_PER_SERVICE = 3;

export interface Instance {
  readonly service: string;
  readonly host: string;
  readonly pod: string;
  readonly attributes: readonly Attribute[];
}

const LANGUAGES = ['nodejs', 'java', 'go', 'python'] as const;

/** Eight services of three instances, ten resource attributes each. */
export function makeInstances(random: Random): Instance[] {
  return SERVICES.flatMap((service, s) =>
    Array.from({ length: INSTANCES_PER_SERVICE }, (_, i): Instance => {
      const pod = `${service}-${random.hex(10)}-${random.hex(5)}`;
      const host = `node-${(s * INSTANCES_PER_SERVICE + i) % 6}.internal`;
      return {
        service,
        host,
        pod,
        attributes: [
          ['service.name', service],
          ['service.namespace', 'shop'],
          ['service.version', `1.${s}.${i}`],
          ['service.instance.id', pod],
          ['deployment.environment.name', 'production'],
          ['host.name', host],
          ['k8s.pod.name', pod],
          ['telemetry.sdk.name', 'opentelemetry'],
          ['telemetry.sdk.language', LANGUAGES[s % LANGUAGES.length] ?? 'go'],
          ['telemetry.sdk.version', '2.1.0'],
        ],
      };
    }),
  );
}

/** The Resource message in field `field`. */
export function writeResource(writer: ProtobufWriter, field: number, instance: Instance): void {
  const mark = writer.open(field);
  for (const attribute of instance.attributes) {
    writeAttribute(writer, RESOURCE.attributes, attribute);
  }
  writer.close(mark);
}
