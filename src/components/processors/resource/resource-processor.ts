// Changes attributes of resources in the bytes of the request; items are copied as they are.

import { AttributeEditor } from '../../../otlp/edit/attribute-editor.ts';
import { editResources } from '../../../otlp/edit/edit-items.ts';
import { RESOURCE } from '../../../otlp/fields.ts';
import { bytesTag } from '../../../otlp/index/scan.ts';
import { type Action, compileActions } from '../../../pipeline/attributes/actions.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Processor } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { ResourceConfig } from './config.ts';

const ATTRIBUTES = bytesTag(RESOURCE.attributes);

export class ResourceProcessor implements Processor {
  readonly #next: Consumer;
  readonly #act: Action;
  readonly #attributes = new AttributeEditor();

  constructor(config: ResourceConfig, next: Consumer) {
    this.#next = next;
    this.#act = compileActions(config.attributes);
  }

  consume(batch: Batch): void | Promise<void> {
    const { bytes, items, metadata } = batch;
    const attributes = this.#attributes;
    const edited = editResources(bytes, (edits, start, end) => {
      attributes.load(bytes, start, end, ATTRIBUTES);
      this.#act(attributes, metadata);
      attributes.commit(edits);
    });
    // The signal stays the same one.
    return this.#next.consume(
      edited === bytes ? batch : (batch.with({ bytes: edited, items }) as Batch),
    );
  }
}
