// Names of attributes as labels, and sets of labels in which no name stands twice.

/** Added by Prometheus where the attribute would not begin as a label may. */
const PREFIX = 'key';

/**
 * @param escape only letters, digits and `_`; else every character stays.
 * @returns undefined where nothing of the name can be used.
 */
export function labelName(attribute: string, escape: boolean): string | undefined {
  if (attribute === '') return undefined;
  if (!escape) return attribute;
  const name = attribute.replace(/[^a-zA-Z0-9_]/gu, '_');
  if (/^\d/.test(name)) return `${PREFIX}_${name}`;
  if (/^_(?!_)/.test(name)) return name === '_' ? undefined : `${PREFIX}${name}`;
  return name !== attribute && /^_+$/.test(name) ? undefined : name;
}

/** Name and value; a label without a value is no label. */
export type Label = readonly [name: string, value: string];

/**
 * Labels of attributes, by name. Attributes whose names become the same label are joined by `;`, in the order of the
 * attributes' names, as Prometheus does.
 */
export function labelsOf(attributes: Iterable<Label>, escape: boolean): Map<string, string> {
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const labels = new Map<string, string>();
  for (const [key, value] of sorted) {
    const name = labelName(key, escape);
    if (name === undefined || name === '__name__' || value === '') continue;
    const before = labels.get(name);
    labels.set(name, before === undefined ? value : `${before};${value}`);
  }
  return labels;
}
