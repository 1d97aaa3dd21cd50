// Changes attributes of spans, log records and data points in the bytes of the request. An item of which nothing changes
// is copied with its neighbours, a request of which nothing changes goes on as it is.

import { AttributeEditor } from '../../../otlp/edit/attribute-editor.ts';
import { editItems } from '../../../otlp/edit/edit-items.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import { type Action, compileActions } from '../../../pipeline/attributes/actions.ts';
import { compileMatch, type Matcher } from '../../../pipeline/attributes/match.ts';
import type { AttributesConfig } from './config.ts';

export class AttributesProcessor implements Processor {
  readonly #next: Consumer;
  readonly #act: Action;
  readonly #matches: Matcher | undefined;
  readonly #attributes = new AttributeEditor();

  constructor(config: AttributesConfig, settings: ProcessorSettings, next: Consumer) {
    this.#next = next;
    this.#act = compileActions(config.actions);
    this.#matches = compileMatch(config, settings.signal, (fields) =>
      settings.logger.warn('fields of include and exclude have no effect on metrics', {
        fields: fields.join(', '),
      }),
    );
  }

  consume(batch: Batch): void | Promise<void> {
    const { signal, bytes, items, metadata } = batch;
    const attributes = this.#attributes;
    const edited = editItems(signal, bytes, (edits, start, end, place) => {
      attributes.load(bytes, start, end, place.attributesTag);
      if (this.#matches?.(start, end, place, attributes) === false) return;
      this.#act(attributes, metadata);
      attributes.commit(edits);
    });
    // The signal stays the same one.
    return this.#next.consume(
      edited === bytes ? batch : (batch.with({ bytes: edited, items }) as Batch),
    );
  }
}
