// Changes in the bytes against the same changes on decoded objects.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '../../base/signal.ts';
import { checkRequest } from '../check/check-request.ts';
import { decode } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import type { KeyValue, RequestOf } from '../objects/types.ts';
import { anyRequest } from '../suite/arbitraries.ts';
import { ANY_VALUE, RESOURCE } from '../fields.ts';
import { NONE } from '../index/group-table.ts';
import { bytesTag } from '../index/scan.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';
import { AttributeEditor, type Bytes } from './attribute-editor.ts';
import { editItems, editResources } from './edit-items.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function textValue(text: string): Bytes {
  const writer = new ProtobufWriter();
  writer.string(ANY_VALUE.stringValue, text);
  const bytes = writer.finish();
  return { bytes, start: 0, end: bytes.length };
}

/** Removes every second attribute, changes every third, copies the first one under a new name, adds a long one. */
function change(editor: AttributeEditor): void {
  const all = [...editor.numbers()];
  for (const at of all) {
    if (at % 2 === 1) editor.remove(at);
    else if (at % 3 === 0) editor.set(at, textValue(`changed ${at}`));
  }
  if (all.length > 0) editor.add(utf8('copy'), editor.value(0));
  editor.put(utf8('long'), textValue('x'.repeat(200)));
  editor.put(utf8('long'), textValue('y'.repeat(150)));
}

function changedAttributes(attributes: readonly KeyValue[]): KeyValue[] {
  const kept = attributes
    .map((attribute, at) =>
      at % 2 === 0 && at % 3 === 0
        ? { key: attribute.key, value: { stringValue: `changed ${at}` } }
        : attribute,
    )
    .filter((_attribute, at) => at % 2 === 0);
  const copy =
    attributes.length === 0 ? [] : [{ key: 'copy', value: { stringValue: 'changed 0' } }];
  return [...kept, ...copy, { key: 'long', value: { stringValue: 'y'.repeat(150) } }];
}

/** Applies `work` to the attributes of every item. */
function mapItems(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => mapItems(one, keys));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (!keys.has(key)) return [key, mapItems(inner, keys)];
      const items = inner as ReadonlyArray<{ attributes: readonly KeyValue[] }>;
      return [
        key,
        items.map((item) => ({ ...item, attributes: changedAttributes(item.attributes) })),
      ];
    }),
  );
}

const ITEMS = new Set(['spans', 'logRecords', 'dataPoints']);

describe.each<Signal>(['traces', 'logs', 'metrics'])('%s', (signal) => {
  const checked = (request: RequestOf[Signal]): Uint8Array =>
    checkRequest(signal, encode(signal, request)).bytes;

  it('attributes of items', () => {
    const editor = new AttributeEditor();
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const bytes = checked(request);
        const result = editItems(signal, bytes, (edits, start, end, place) => {
          editor.load(bytes, start, end, place.attributesTag);
          change(editor);
          editor.commit(edits);
        });
        expect(checkRequest(signal, result).fault).toBeUndefined();
        expect(decode(signal, result)).toEqual(mapItems(decode(signal, bytes), ITEMS));
      }),
    );
  });

  it('nothing changed: the same bytes', () => {
    const editor = new AttributeEditor();
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const bytes = checked(request);
        const result = editItems(signal, bytes, (edits, start, end, place) => {
          editor.load(bytes, start, end, place.attributesTag);
          editor.commit(edits);
        });
        expect(result).toBe(bytes);
      }),
    );
  });

  it('resources, made where there is none', () => {
    const editor = new AttributeEditor();
    const tag = bytesTag(RESOURCE.attributes);
    const key = `resource${signal[0]?.toUpperCase()}${signal.slice(1)}`.replace('Traces', 'Spans');
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const bytes = checked(request);
        const result = editResources(bytes, (edits, start, end) => {
          editor.load(bytes, start, end, tag);
          change(editor);
          editor.commit(edits);
        });
        type Group = { resource?: { attributes: readonly KeyValue[] } };
        const groupsOf = (of: Uint8Array) =>
          (decode(signal, of) as unknown as Record<string, readonly Group[]>)[key] ?? [];
        const none = { attributes: [], droppedAttributesCount: 0, entityRefs: [] };
        expect(groupsOf(result)).toEqual(
          groupsOf(bytes).map((group) => {
            const resource = group.resource ?? none;
            return {
              ...group,
              resource: { ...resource, attributes: changedAttributes(resource.attributes) },
            };
          }),
        );
      }),
    );
  });
});

it('finds, with repeated keys, removed and added ones', () => {
  const bytes = encode('traces', {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: '01'.repeat(16),
                spanId: '02'.repeat(8),
                attributes: ['a', 'b', 'a', ''].map((key) => ({ key })),
              },
            ],
          },
        ],
      },
    ],
  });
  const editor = new AttributeEditor();
  editItems('traces', bytes, (_edits, start, end, place) => {
    editor.load(bytes, start, end, place.attributesTag);
    expect(editor.find(utf8('a'))).toBe(0);
    expect(editor.find(utf8('a'), 1)).toBe(2);
    expect(editor.find(utf8(''))).toBe(3);
    editor.remove(0);
    editor.remove(2);
    expect(editor.find(utf8('a'))).toBe(NONE);
    editor.put(utf8('a'), textValue('new'));
    expect(editor.find(utf8('a'))).toBe(4);
    for (const at of editor.numbers()) editor.remove(at);
    expect(editor.hasAny).toBe(false);
  });
});
