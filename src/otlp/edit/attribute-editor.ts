// The attributes of one message, to be looked up and changed one after the other: ranges of the wire bytes, and new
// values in a buffer beside them. Only attributes that changed are written anew.

import { KEY_VALUE } from '../fields.ts';
import { NONE } from '../index/group-table.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { WireType } from '../wire/protobuf-cursor.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';
import type { EditList } from './edit-list.ts';

const KEY = bytesTag(KEY_VALUE.key);
const VALUE = bytesTag(KEY_VALUE.value);

/** Bytes somewhere. */
export interface Bytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

type State = 'kept' | 'changed' | 'removed' | 'added';

interface Attribute {
  state: State;
  fieldStart: number;
  fieldEnd: number;
  keyStart: number;
  keyEnd: number;
  /** An AnyValue; NONE for an attribute without a value. */
  valueStart: number;
  valueEnd: number;
  /** Key or value are in the buffer of new ones. */
  ownKey: boolean;
  ownValue: boolean;
}

const NO_BYTES = new Uint8Array(0);

export class AttributeEditor {
  /** Reused from message to message. */
  readonly #attributes: Attribute[] = [];
  readonly #own = new ProtobufWriter();
  #count = 0;
  #bytes: Uint8Array = NO_BYTES;
  #end = 0;
  #tag = 0;
  #changed = false;

  /** The attributes with this tag of the message [start, end). */
  load(bytes: Uint8Array, start: number, end: number, tag: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#tag = tag;
    this.#count = 0;
    this.#changed = false;
    this.#own.reset();
    for (let at = start; at < end;) {
      // Most fields are shorter than 128 bytes: they are read here, the others by the general scanner.
      let found = bytes[at] ?? 0;
      let from = at + 2;
      let next = from + (bytes[at + 1] ?? 0);
      if ((found & 0x87) !== WireType.bytes || next > end || next - from > 127) {
        scanField(bytes, at, end);
        ({ tag: found, start: from, end: next } = scan);
      }
      if (found === tag) this.#take(at, from, next);
      at = next;
    }
  }

  get hasAny(): boolean {
    for (let at = 0; at < this.#count; at++) if (this.#at(at).state !== 'removed') return true;
    return false;
  }

  /** Number of the first attribute with this key, or NONE. */
  find(key: Uint8Array, from = 0): number {
    const bytes = this.#bytes;
    for (let at = from; at < this.#count; at++) {
      const { state, keyStart, keyEnd, ownKey } = this.#at(at);
      if (keyEnd - keyStart !== key.length || state === 'removed') continue;
      if (sameBytes(ownKey ? this.#own.view() : bytes, keyStart, key)) return at;
    }
    return NONE;
  }

  /** Numbers of all attributes, to be asked for `key` and `value`. */
  *numbers(): Iterable<number> {
    const count = this.#count;
    for (let at = 0; at < count; at++) if (this.#at(at).state !== 'removed') yield at;
  }

  key(attribute: number): Bytes {
    const { ownKey, keyStart, keyEnd } = this.#at(attribute);
    return { bytes: ownKey ? this.#own.view() : this.#bytes, start: keyStart, end: keyEnd };
  }

  /** Its AnyValue; empty for an attribute without a value. Good until the next change. */
  value(attribute: number): Bytes {
    const { ownValue, valueStart, valueEnd } = this.#at(attribute);
    if (valueStart === NONE) return { bytes: NO_BYTES, start: 0, end: 0 };
    return { bytes: ownValue ? this.#own.view() : this.#bytes, start: valueStart, end: valueEnd };
  }

  remove(attribute: number): void {
    this.#at(attribute).state = 'removed';
    this.#changed = true;
  }

  /** Gives it another AnyValue. */
  set(attribute: number, value: Bytes): void {
    const found = this.#at(attribute);
    found.valueStart = this.#own.length;
    this.#own.raw(value.bytes, value.start, value.end);
    found.valueEnd = this.#own.length;
    found.ownValue = true;
    if (found.state === 'kept') found.state = 'changed';
    this.#changed = true;
  }

  add(key: Uint8Array, value: Bytes): void {
    const keyStart = this.#own.length;
    this.#own.raw(key);
    const found = this.#next();
    found.state = 'added';
    found.keyStart = keyStart;
    found.keyEnd = this.#own.length;
    found.ownKey = true;
    this.set(this.#count - 1, value);
  }

  /** Sets the first one with this key, or adds one. */
  put(key: Uint8Array, value: Bytes): void {
    const found = this.find(key);
    if (found === NONE) this.add(key, value);
    else this.set(found, value);
  }

  /** Puts what changed into the list: new attributes behind the last one that was there. */
  commit(edits: EditList): void {
    if (!this.#changed) return;
    const { scratch } = edits;
    let last = this.#end;
    let from = NONE;
    for (let at = 0; at < this.#count; at++) {
      const attribute = this.#at(at);
      if (attribute.state === 'added') {
        if (from === NONE) from = scratch.length;
        this.#write(scratch, at);
        continue;
      }
      if (attribute.state === 'removed' && attribute.fieldStart === NONE) continue;
      last = attribute.fieldEnd;
      if (attribute.state === 'kept') continue;
      const start = scratch.length;
      if (attribute.state === 'changed') this.#write(scratch, at);
      edits.replace(attribute.fieldStart, attribute.fieldEnd, start, scratch.length);
    }
    if (from !== NONE) edits.replace(last, last, from, scratch.length);
  }

  #write(scratch: ProtobufWriter, attribute: number): void {
    const { keyStart, keyEnd, valueStart, valueEnd, ownKey, ownValue } = this.#at(attribute);
    const mark = scratch.open(this.#tag >>> 3);
    if (ownKey) scratch.rangeOf(KEY_VALUE.key, this.#own, keyStart, keyEnd);
    else scratch.range(KEY_VALUE.key, this.#bytes, keyStart, keyEnd);
    if (ownValue) scratch.rangeOf(KEY_VALUE.value, this.#own, valueStart, valueEnd);
    else if (valueStart !== NONE) {
      scratch.range(KEY_VALUE.value, this.#bytes, valueStart, valueEnd);
    }
    scratch.close(mark);
  }

  #take(fieldStart: number, start: number, end: number): void {
    const attribute = this.#next();
    attribute.state = 'kept';
    attribute.fieldStart = fieldStart;
    attribute.fieldEnd = end;
    const bytes = this.#bytes;
    // Nearly always a short key, and then a short value.
    const keyEnd = start + 2 + (bytes[start + 1] ?? 0);
    const isShort = bytes[start] === KEY && keyEnd - start < 130 && keyEnd < end;
    if (
      isShort &&
      bytes[keyEnd] === VALUE &&
      keyEnd + 2 + (bytes[keyEnd + 1] ?? 0) === end &&
      end - keyEnd < 130
    ) {
      attribute.keyStart = start + 2;
      attribute.keyEnd = keyEnd;
      attribute.valueStart = keyEnd + 2;
      attribute.valueEnd = end;
      return;
    }
    for (let at = start; at < end; at = scan.end) {
      scanField(bytes, at, end);
      if (scan.tag === KEY) {
        attribute.keyStart = scan.start;
        attribute.keyEnd = scan.end;
      } else if (scan.tag === VALUE) {
        attribute.valueStart = scan.start;
        attribute.valueEnd = scan.end;
      }
    }
  }

  #next(): Attribute {
    let attribute = this.#attributes[this.#count];
    if (attribute === undefined) {
      attribute = blank();
      this.#attributes.push(attribute);
    }
    attribute.state = 'kept';
    attribute.fieldStart = NONE;
    attribute.fieldEnd = NONE;
    attribute.keyStart = 0;
    attribute.keyEnd = 0;
    attribute.valueStart = NONE;
    attribute.valueEnd = NONE;
    attribute.ownKey = false;
    attribute.ownValue = false;
    this.#count++;
    return attribute;
  }

  #at(attribute: number): Attribute {
    const found = this.#attributes[attribute];
    if (found === undefined) throw new Error(`there is no attribute ${attribute}`);
    return found;
  }
}

const blank = (): Attribute => ({
  state: 'kept',
  fieldStart: NONE,
  fieldEnd: NONE,
  keyStart: 0,
  keyEnd: 0,
  valueStart: NONE,
  valueEnd: NONE,
  ownKey: false,
  ownValue: false,
});

export function sameBytes(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
