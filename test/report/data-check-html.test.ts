import { beforeAll, describe, expect, it } from 'vitest';
import { dataCheckHtml } from '../../src/report/data-check-html.js';
import { findings, fixturePictures } from './data-check-findings.js';
import { hostileId } from './report-contents.js';

let page = '';
beforeAll(async () => {
  page = await dataCheckHtml(findings, await fixturePictures());
});

describe('dataCheckHtml', () => {
  it('warns of leaks and of contradicting labels before all else', () => {
    const [leak = '', labels = ''] = page.match(/<p class="warning".*?<\/p>/g) ?? [];
    expect(leak).toContain('1 group of twins and 1 slide in several sets');
    expect(labels).toContain('1 group of twins with both labels');
  });

  it('warns of nothing where there is nothing', async () => {
    const sound = { ...findings, leaks: 0, label_conflicts: 0, twin_groups: 0 };
    const none = { twins: [], shared_slides: [], flaws: [] };
    const text = await dataCheckHtml({ ...sound, ...none }, await fixturePictures());
    expect(text).not.toContain('class="warning"');
    for (const said of ['No patch repeats another', 'No slide is in', 'No patch was flagged']) {
      expect(text).toContain(said);
    }
  });

  it('shows the pair that tells: that of two sets, though another one comes first', () => {
    expect(page).toContain('0.52 levels apart, rotate-90, 1 more in its group');
    expect(page).not.toContain('>b</span>');
  });

  it('shows 24 of a kind and counts the others', () => {
    expect(page.match(/<span class="id">blank \d+<\/span>/g)).toHaveLength(24);
    expect(page).toContain('and 2 more, all of them in data-check.json');
  });

  it('names a patch that cannot be read, without a picture', () => {
    expect(page).toContain('<span class="id">broken</span>');
    expect(page).not.toContain('alt="Patch broken"');
  });

  it('escapes ids and slides', () => {
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(hostileId).toContain('<script>');
  });
});
