// The configuration language as an author of a component sees it. What is declared here once is the only place: static
// types, validation with places, defaults, `components`, JSON Schema and reference pages derive from it.

export {
  any,
  attributeValue,
  lazy,
  mapped,
  oneOf,
  raw,
  reference,
  type AttributeValue,
  type PlainValue,
} from './schema/any.ts';
export { decode, decodePlain, type Decoded } from './schema/decode.ts';
export type { Fault } from './schema/options.ts';
export { list, map } from './schema/list.ts';
export { boolean, int64, integer, number } from './schema/number.ts';
export {
  object,
  type Fields,
  type ObjectOf,
  type ObjectSchema,
  type Report,
} from './schema/object.ts';
export { optional } from './schema/optional.ts';
export { bytes, duration } from './schema/quantity.ts';
export { regexp } from './schema/regexp.ts';
export type { AnySchema, ConfigOf, Schema } from './schema/schema.ts';
export { enumeration, secret, string } from './schema/text.ts';
