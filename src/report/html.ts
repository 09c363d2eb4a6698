/** Markup that is safe to put into a page: what came from outside is escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What a template takes: text and numbers are escaped, markup stays, null and lists unfold. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/**
 * A template of HTML that escapes every text put into it, in content and in quoted attributes.
 *
 * @example html`<td title="${'"'}">${'<b>'}</td>`.markup // '<td title="&quot;">&lt;b&gt;</td>'
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = parts.map((part, index) => part + markupOf(values[index] ?? null));
  return new Html(markup.join(''));
}

/** Text as it stands in HTML and in XML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeHtml(String(value));
}
