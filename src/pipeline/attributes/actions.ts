// Actions on attributes, compiled once to functions over an AttributeEditor.

import { unreachable } from '../../base/assert.ts';
import type { AttributeEditor, Bytes } from '../../otlp/edit/attribute-editor.ts';
import { readValue } from '../../otlp/edit/read-value.ts';
import { passingValue, valueBytes } from '../../otlp/edit/write-value.ts';
import { NONE } from '../../otlp/index/group-table.ts';
import type { Metadata } from '../batch.ts';
import type { ActionConfig } from './action-config.ts';
import { converted, hashed } from './change-value.ts';

export type Action = (editor: AttributeEditor, metadata: Metadata) => void;

type Source = (editor: AttributeEditor, metadata: Metadata) => Bytes | undefined;

const METADATA = 'metadata.';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decoder = new TextDecoder();

export function compileActions(configs: readonly ActionConfig[]): Action {
  const actions = configs.map(compile);
  return (editor, metadata) => {
    for (const action of actions) action(editor, metadata);
  };
}

/** Request headers that the actions look at. */
export const headersOf = (configs: readonly ActionConfig[]): string[] =>
  configs.flatMap(({ from_context }) => headerOf(from_context) ?? []);

function headerOf(context: string): string | undefined {
  if (context === '' || context === 'client.address' || context.startsWith('auth.'))
    return undefined;
  const name = context.startsWith(METADATA) ? context.slice(METADATA.length) : context;
  return name.toLowerCase();
}

function compile(config: ActionConfig): Action {
  const key = utf8(config.key);
  switch (config.action) {
    case 'insert': {
      const source = sourceOf(config);
      return (editor, metadata) => {
        if (editor.find(key) !== NONE) return;
        const value = source(editor, metadata);
        if (value !== undefined) editor.add(key, value);
      };
    }
    case 'update': {
      const source = sourceOf(config);
      return (editor, metadata) => {
        if (editor.find(key) === NONE) return;
        const value = source(editor, metadata);
        if (value !== undefined) editor.put(key, value);
      };
    }
    case 'upsert': {
      const source = sourceOf(config);
      return (editor, metadata) => {
        const value = source(editor, metadata);
        if (value !== undefined) editor.put(key, value);
      };
    }
    case 'delete':
      return onMatching(config, key, (editor, found) => editor.remove(found));
    case 'hash':
      return onMatching(config, key, (editor, found) => {
        const value = readValue(editor.value(found));
        editor.set(found, passingValue(hashed(value, config.hash_function)));
      });
    case 'extract':
      return extract(key, config.pattern);
    case 'convert': {
      const type = config.converted_type ?? 'string';
      return (editor) => {
        const found = editor.find(key);
        const value = found === NONE ? undefined : converted(readValue(editor.value(found)), type);
        if (value !== undefined) editor.set(found, passingValue(value));
      };
    }
    default:
      return unreachable(config.action);
  }
}

function sourceOf(config: ActionConfig): Source {
  const fallback =
    config.default_value === undefined ? undefined : valueBytes(config.default_value);
  if (config.value !== undefined) {
    const value = valueBytes(config.value);
    return () => value;
  }
  if (config.from_attribute !== '') {
    const key = utf8(config.from_attribute);
    return (editor) => {
      const found = editor.find(key);
      return found === NONE ? fallback : editor.value(found);
    };
  }
  const header = headerOf(config.from_context);
  return (_editor, metadata) => {
    const value = header === undefined ? undefined : metadata[header];
    return value === undefined ? fallback : passingValue(value);
  };
}

/** Every attribute with the key, also where it is there twice, and every one whose key the pattern matches. */
function onMatching(
  { key: name, pattern }: ActionConfig,
  key: Uint8Array,
  work: (editor: AttributeEditor, found: number) => void,
): Action {
  return (editor) => {
    if (name !== '') {
      for (let at = editor.find(key); at !== NONE; at = editor.find(key, at + 1)) work(editor, at);
    }
    if (pattern === undefined) return;
    for (const at of editor.numbers()) {
      const { bytes, start, end } = editor.key(at);
      const text = decoder.decode(bytes.subarray(start, end));
      if ((name === '' || text !== name) && pattern.test(text)) work(editor, at);
    }
  };
}

function extract(key: Uint8Array, pattern: RegExp | undefined): Action {
  const keys = new Map<string, Uint8Array>();
  return (editor) => {
    const found = editor.find(key);
    const text = found === NONE ? undefined : readValue(editor.value(found)).stringValue;
    const groups = text === undefined ? undefined : pattern?.exec(text)?.groups;
    for (const [name, value] of Object.entries(groups ?? {})) {
      let target = keys.get(name);
      if (target === undefined) {
        target = utf8(name);
        keys.set(name, target);
      }
      // A group that took no part is the empty text, as in Go. Its type does not say that it may be missing.
      editor.put(target, passingValue((value as string | undefined) ?? ''));
    }
  };
}
