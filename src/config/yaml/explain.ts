// Syntax errors of YAML as a person wants them: at the token that is wrong, not where the parser noticed, and with what
// to write. The codes are those of the `yaml` package (https://eemeli.org/yaml/#errors).

import type { YAMLParseError } from 'yaml';

export interface Explanation {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

export function explain(error: YAMLParseError, text: string): Explanation {
  const [start, end] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return tab(text, start);
    case 'DUPLICATE_KEY':
      return duplicate(text, start);
    case 'MISSING_CHAR':
      return missing(error.message, text, start);
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return notAMap(text, start);
    case 'BAD_INDENT':
      return indentation(error.message, text, start);
    case 'BAD_SCALAR_START':
      return reserved(text, start);
    case 'BAD_DQ_ESCAPE':
      return {
        start,
        end,
        message: `${text.slice(start, start + 2)} is no escape that double quotes know`,
        suggestion: 'write \\\\ for a backslash, or use single quotes',
      };
    case 'UNEXPECTED_TOKEN':
      return unexpected(text, start, end);
    default:
      return { start, end, message: lowerFirst(error.message) };
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(lineStart(text, at), end < 0 ? text.length : end);
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function tab(text: string, start: number): Explanation {
  let first = start;
  while (text[first] === ' ') first += 1;
  let end = first;
  while (text[end] === '\t') end += 1;
  return {
    start: first,
    end: Math.max(end, first + 1),
    message: 'a tab stands where the line is indented; YAML is indented with spaces only',
    suggestion: 'write spaces instead of the tab',
  };
}

function duplicate(text: string, start: number): Explanation {
  const key = /^[^:\s]+/.exec(text.slice(start))?.[0] ?? '';
  const line = lineAt(text, start);
  const indent = ' '.repeat(indentOf(line));
  const before = text.slice(0, lineStart(text, start)).split('\n');
  const first = before.findLastIndex((other) => other.startsWith(`${indent}${key}:`));
  return {
    start,
    end: start + key.length,
    message: `"${key}" is written twice in the same map${first < 0 ? '' : `; first in line ${first + 1}`}`,
    suggestion: 'merge the two, or rename one of them',
  };
}

/** What is missing is noticed late: the token that is wrong is the one that was opened, or that has no colon. */
function missing(message: string, text: string, start: number): Explanation {
  const quote = /closing (["'])/.exec(message)?.[1];
  if (quote !== undefined) {
    const open = openQuote(text, quote);
    return {
      start: open,
      end: open + 1,
      message: `the quote that begins here is never closed`,
      suggestion: `add ${quote} at the end of the text`,
    };
  }
  if (text[start] === '{' && text[start - 1] === '$') return reference(text, start - 1);
  if (message.includes('between flow')) {
    return {
      start,
      end: start + 1,
      message: 'a comma is missing before this',
      suggestion: 'write ,',
    };
  }
  if (/flow/i.test(message)) return unclosed(text, start);
  if (text.charAt(start) === '%' || message.includes('directives')) {
    return {
      start: 0,
      end: 1,
      message: 'a line that begins with % is a directive of YAML',
      suggestion: 'put the text in quotes',
    };
  }
  return notAMap(text, start);
}

/** The last quote of the kind that opens a value and is not closed on its line. */
function openQuote(text: string, quote: string): number {
  const opening = new RegExp(`(?:[:,[{-][ \\t]+|^[ \\t]*)${quote}`, 'gm');
  let at = text.indexOf(quote);
  for (const match of text.matchAll(opening)) {
    const open = match.index + match[0].length - 1;
    const lineEnd = text.indexOf('\n', open);
    const rest = text.slice(open + 1, lineEnd < 0 ? text.length : lineEnd);
    if (!rest.includes(quote)) return open;
    at = open;
  }
  return at;
}

/** A line that should be `key: value` and is not: no colon, no space behind it, two colons, or indented too deep. */
function notAMap(text: string, start: number): Explanation {
  const lineBegin = lineStart(text, start);
  const line = lineAt(text, start);
  const indent = indentOf(line);
  const nextBegin = lineBegin + line.length + 1;
  const next = text.slice(nextBegin).split('\n', 1)[0] ?? '';
  const content = line.trim().replace(/^- +/, '');
  const token = lineBegin + line.indexOf(content);
  const glued = /^([\w./-]+):([^\s/].*)$/.exec(content);
  if (glued !== null) {
    return {
      start: token,
      end: token + content.length,
      message: `there is no space after the colon, so this is one text and no "key: value"`,
      suggestion: `write ${glued[1]}: ${glued[2]}`,
    };
  }
  if (line.trim().startsWith('- ') && !/:(\s|$)/.test(content)) {
    return {
      start: lineBegin + indent,
      end: lineBegin + indent + 1,
      message: 'a list begins where the map goes on',
      suggestion: 'indent the list below its key',
    };
  }
  if (!/:(\s|$)/.test(content)) {
    return {
      start: token,
      end: token + content.length,
      message: `there is no colon after ${JSON.stringify(content)}`,
      suggestion: `write ${content}:`,
    };
  }
  const value = content.slice(content.indexOf(': ') + 2);
  if (/:(\s|$)/.test(value) && content.includes(': ')) {
    const at = token + content.indexOf(': ') + 2;
    return {
      start: at,
      end: at + value.length,
      message: 'the value contains another ": "',
      suggestion: `put it in quotes: "${value}"`,
    };
  }
  if (indentOf(next) > indent && next.trim() !== '') {
    const at = nextBegin + indentOf(next);
    return {
      start: at,
      end: nextBegin + next.trimEnd().length,
      message: `is indented deeper than the line before it, which already has a value`,
      suggestion: `indent it by ${spaces(indent)}, as the line before`,
    };
  }
  return { start: token, end: token + content.length, message: 'is no "key: value"' };
}

const spaces = (count: number): string => `${count} ${count === 1 ? 'space' : 'spaces'}`;

function indentation(message: string, text: string, start: number): Explanation {
  if (message.startsWith('Flow')) return unclosed(text, start);
  const begin = lineStart(text, start);
  const line = lineAt(text, start);
  const indent = indentOf(line);
  const token = begin + indent;
  const parents = parentIndents(text.slice(0, begin));
  return {
    start: token,
    end: begin + line.trimEnd().length,
    message: `is indented by ${spaces(indent)}, which fits none of the lines above`,
    suggestion: `indent it by ${parents.map(String).join(' or ')}`,
  };
}

/** Indentations of the lines that are still open before a point, shallow to deep. */
function parentIndents(before: string): number[] {
  const open: number[] = [];
  for (const line of before.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const indent = indentOf(line);
    while ((open.at(-1) ?? -1) > indent) open.pop();
    if (open.at(-1) !== indent) open.push(indent);
  }
  return open;
}

/** The bracket that is still open before a point. */
function unclosed(text: string, start: number): Explanation {
  const open: number[] = [];
  for (let at = 0; at < start; at++) {
    const char = text[at];
    if (char === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      at = text.indexOf('\n', at);
      if (at < 0) break;
    } else if (char === '[' || (char === '{' && text[at - 1] !== '$')) open.push(at);
    else if (char === ']' || char === '}') open.pop();
  }
  const at = open.at(-1) ?? start;
  const closing = text[at] === '{' ? '}' : ']';
  return {
    start: at,
    end: at + 1,
    message: `the ${closing === ']' ? 'list' : 'map'} that begins here is not closed`,
    suggestion: `add ${closing} at its end`,
  };
}

function reserved(text: string, start: number): Explanation {
  const value = lineAt(text, start)
    .slice(start - lineStart(text, start))
    .trimEnd();
  return {
    start,
    end: start + value.length,
    message: `a value cannot begin with ${value.charAt(0)} in YAML`,
    suggestion: `put it in quotes: "${value}"`,
  };
}

function unexpected(text: string, start: number, end: number): Explanation {
  if (text[start] === '{' && text[start - 1] === '$') return reference(text, start - 1);
  const char = text.slice(start, end);
  if (char === ']' || char === '}') {
    return {
      start,
      end,
      message: `nothing is open that this ${char} could close`,
      suggestion: 'remove it',
    };
  }
  const before = text.slice(lineStart(text, start), start).trimEnd().at(-1);
  if (before === '"' || before === "'") {
    return {
      start,
      end,
      message: 'there is text after the closing quote',
      suggestion: 'put all of it in the quotes, or none',
    };
  }
  return notAMap(text, start);
}

/** `${…}` between brackets needs quotes: its braces are those of a map there. */
function reference(text: string, start: number): Explanation {
  const close = text.indexOf('}', start);
  const end = close < 0 ? start + 2 : close + 1;
  return {
    start,
    end,
    message: 'between brackets, the braces of a reference are read as a map',
    suggestion: `put it in quotes: "${text.slice(start, end)}"`,
  };
}
