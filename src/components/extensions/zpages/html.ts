// Markup of the pages: headings, tables, and text that cannot become markup.

import { escapeHtml } from '../../../net/escape-html.ts';

/** Markup that may go into a page as it is. */
export type Html = { readonly html: string };

export type Cell = string | number | Html;

const STYLE =
  ':root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:80em;margin:1.5em auto;padding:0 1em}' +
  'table{border-collapse:collapse}th,td{text-align:left;padding:.2em 1.2em .2em 0;vertical-align:top;border-bottom:1px solid #8884}' +
  'td.n{text-align:right;font-variant-numeric:tabular-nums}nav a{margin-right:1em}';

const LINKS = ['servicez', 'pipelinez', 'extensionz', 'featurez', 'tracez'];

export const markup = (html: string): Html => ({ html });

const shown = (cell: Cell): string =>
  typeof cell === 'object' ? cell.html : escapeHtml(String(cell));

export const link = (href: string, text: string): Html =>
  markup(`<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`);

export const heading = (text: string, id = ''): string =>
  `<h2${id === '' ? '' : ` id="${escapeHtml(id)}"`}>${escapeHtml(text)}</h2>`;

export const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

/** Numbers stand right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  if (rows.length === 0) return '<p>None.</p>';
  const titles = head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const lines = rows.map((row) => {
    const cells = row.map((cell) => {
      const kind = typeof cell === 'number' ? ' class="n"' : '';
      return `<td${kind}>${shown(cell)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${titles}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

export function document(title: string, body: string): string {
  const links = LINKS.map((name) => link(`/debug/${name}`, name).html).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><nav>${links}</nav><h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`;
}
