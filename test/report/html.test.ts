import { describe, expect, it } from 'vitest';
import { escapeHtml, Html, html } from '../../src/report/html.js';

describe('html', () => {
  it('escapes what is put in, in content and in attributes', () => {
    expect(html`<td title="${'"'}">${'<b>'}</td>`.markup).toBe('<td title="&quot;">&lt;b&gt;</td>');
    expect(html`<i>${`</i><script>alert(1)</script>'&amp;`}</i>`.markup).toBe(
      '<i>&lt;/i&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;</i>',
    );
  });

  it('leaves markup as it is, joins lists and leaves null out', () => {
    const rows = [1, 2].map((number) => html`<li>${number}</li>`);
    expect(html`<ul>${rows}${null}${['<', new Html('<hr>')]}</ul>`.markup).toBe(
      '<ul><li>1</li><li>2</li>&lt;<hr></ul>',
    );
  });

  it('escapes once, not what it has made itself', () => {
    expect(html`${html`${'&'}`}`.markup).toBe('&amp;');
    expect(escapeHtml('&lt;')).toBe('&amp;lt;');
  });
});
