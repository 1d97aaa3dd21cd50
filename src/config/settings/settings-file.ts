// The settings file: a flat YAML map whose keys are the flags without their dashes.

import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { err, ok, type Result } from '../../base/result.ts';
import type { SettingsFile } from './resolve.ts';

export function readSettingsFile(path: string, text: string): Result<SettingsFile, string> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    return err(`${path}:${line}:${col}: ${fault.message}`);
  }
  if (document.contents === null) return ok({ path, entries: [] });
  if (!isMap(document.contents))
    return err(`${path}:1: expected settings as "name: value", one a line`);

  const entries: Array<SettingsFile['entries'][number]> = [];
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key)) return err(`${path}: a setting's name must be plain text`);
    const line = lines.linePos(key.range?.[0] ?? 0).line;
    const items = isSeq(value) ? value.items : [value];
    if (!items.every((item) => isScalar(item))) {
      return err(`${path}:${line}: "${String(key.value)}" must be a value or a list of values`);
    }
    const values = items.map((item) => (isScalar(item) ? (item.source ?? '') : ''));
    entries.push({ key: String(key.value), values, line });
  }
  return ok({ path, entries });
}
