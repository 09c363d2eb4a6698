import { beforeAll, describe, expect, it } from 'vitest';
import type { CompareContents } from '../../src/report/compare-contents.js';
import { compareHtml } from '../../src/report/compare-html.js';
import { compareContents } from './compare-contents.js';
import { hostileId } from './report-contents.js';

let contents: CompareContents;
let page = '';
beforeAll(async () => {
  contents = await compareContents();
  page = await compareHtml(contents);
});

const headingsOf = (text: string) =>
  [...text.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, heading]) => heading);

describe('compareHtml', () => {
  it('needs nothing else: no script, no link, no address', () => {
    expect(page).not.toMatch(/<script|<iframe|<object|@import|url\(|https?:\/\/(?!www\.w3\.org)/i);
    const sources = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources.filter((source) => !/^(data:|#)/.test(source ?? ''))).toEqual([]);
  });

  it('escapes ids and paths that are made to break out', () => {
    expect(page).not.toContain(hostileId);
    expect(page).not.toContain('<b>"other');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;amp;');
    expect(page).toContain('&lt;b&gt;&quot;other&#39;s&quot; tool');
  });

  it('has every part, and anchors that lead to them', () => {
    expect(headingsOf(page)).toEqual([
      'At a glance',
      'All figures',
      'Discrimination',
      'Paired tests',
      'Where they disagree',
      'Provenance',
    ]);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    const anchors = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(anchors));
  });

  it('lists the patches as a table where it has no pictures, and says what would show them', async () => {
    const plain = await compareHtml({ ...contents, pictures: null });
    expect(plain).toContain('Pictures are not shown');
    expect(plain).toContain('<code>--images</code>');
    expect(plain).toContain('&lt;script&gt;');
    expect(plain).toContain('<td>+0.9000</td>'); // 0.95 - 0.05
    expect(plain).not.toContain('<img');
  });

  it('says so where the two never differ', async () => {
    const same = await compareHtml({ ...contents, disagreements: [], pictures: [] });
    expect(same).toContain('Nowhere: both give every patch the same probability.');
  });

  it('says what it cannot say where a class is absent', async () => {
    const none = { first: null, second: null, difference: null, interval: null };
    const one = await compareHtml({
      ...contents,
      positives: 0,
      groups: null,
      figures: { ...contents.figures, roc_auc: none },
      delong: null,
      rocs: [null, null],
      pictures: null,
    });
    expect(headingsOf(one)).not.toContain('Discrimination');
    expect(one).toContain('A class is absent');
    expect(one).toContain('No slide is known');
    expect(one).not.toMatch(/NaN|undefined|null/);
  });
});
