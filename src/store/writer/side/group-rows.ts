// Rows of `resources`, `scopes` and `log_streams`.

import { RESOURCE, SCOPE } from '../../../otlp/fields.ts';
import { bytesTag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import { logStreams, resources, scopes } from '../../schema/side-tables.ts';
import type { ResourceEntry, ScopeEntry } from '../groups.ts';
import { pushLow, pushLowText, pushString, TableColumns } from '../native/columns.ts';
import { AttributeWriter } from '../twin/attribute-writer.ts';
import { tagOf, varint32 } from '../wire.ts';

export class ResourceRows {
  readonly columns = new TableColumns(resources);
  readonly #attributes = new AttributeWriter(
    this.columns.map('Attributes'),
    this.columns.low('AttributeTypes'),
    'resource',
  );

  add(entry: ResourceEntry, sliceSeconds: number): void {
    const { columns } = this;
    const { message, schemaUrl, service } = entry;
    let dropped = 0;
    this.#attributes.begin();
    const cursor = new ProtobufCursor(message);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === bytesTag(RESOURCE.attributes)) this.#attributes.add(message, start, end, 0);
      else if (tag === varintTag(RESOURCE.droppedAttributesCount)) {
        dropped = varint32(message, start, end);
      } else if (tag === bytesTag(RESOURCE.entityRefs)) {
        pushString(columns.arrayOf('EntityRefs', 'string').inner, message, start, end);
        this.#entityRefs++;
      }
    }
    this.#attributes.end();
    columns.arrayOf('EntityRefs', 'string').offsets.pushCount(this.#entityRefs);
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('Id').data.pushUint64(entry.id);
    pushLow(columns.low('Service'), service, 0, service.length);
    columns.fixed('DroppedAttributes').data.pushUint32(dropped);
    pushLow(columns.low('SchemaUrl'), schemaUrl, 0, schemaUrl.length);
    columns.rows++;
  }

  clear(): void {
    this.columns.clear();
    this.#entityRefs = 0;
  }

  #entityRefs = 0;
}

export class ScopeRows {
  readonly columns = new TableColumns(scopes);
  readonly #attributes = new AttributeWriter(
    this.columns.map('Attributes'),
    this.columns.low('AttributeTypes'),
    'scope',
  );

  add(entry: ScopeEntry, sliceSeconds: number): void {
    const { columns } = this;
    const { message, schemaUrl } = entry;
    let dropped = 0;
    let [nameFrom, nameTo, versionFrom, versionTo] = [0, 0, 0, 0];
    this.#attributes.begin();
    const cursor = new ProtobufCursor(message);
    while (cursor.next()) {
      const { start, end } = cursor;
      const tag = tagOf(cursor);
      if (tag === bytesTag(SCOPE.name)) [nameFrom, nameTo] = [start, end];
      else if (tag === bytesTag(SCOPE.version)) [versionFrom, versionTo] = [start, end];
      else if (tag === bytesTag(SCOPE.attributes)) this.#attributes.add(message, start, end, 0);
      else if (tag === varintTag(SCOPE.droppedAttributesCount)) {
        dropped = varint32(message, start, end);
      }
    }
    this.#attributes.end();
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('Id').data.pushUint64(entry.id);
    pushLow(columns.low('Name'), message, nameFrom, nameTo);
    pushLow(columns.low('Version'), message, versionFrom, versionTo);
    columns.fixed('DroppedAttributes').data.pushUint32(dropped);
    pushLow(columns.low('SchemaUrl'), schemaUrl, 0, schemaUrl.length);
    columns.rows++;
  }
}

export class StreamRows {
  readonly columns = new TableColumns(logStreams);
  #labels = 0;

  add({ streamId, labels, service }: ResourceEntry, sliceSeconds: number): void {
    const { columns } = this;
    const map = columns.map('Labels');
    for (const { name, value } of labels) {
      pushLowText(map.keys, name);
      pushString(map.values, value, 0, value.length);
    }
    this.#labels += labels.length;
    map.offsets.pushCount(this.#labels);
    columns.fixed('Slice').data.pushUint32(sliceSeconds);
    columns.fixed('Id').data.pushUint64(streamId);
    pushLow(columns.low('Service'), service, 0, service.length);
    columns.rows++;
  }

  clear(): void {
    this.columns.clear();
    this.#labels = 0;
  }
}
