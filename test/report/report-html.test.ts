import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportContents } from '../../src/report/report-contents.js';
import { reportHtml } from '../../src/report/report-html.js';
import { evaluation, hostileId, reportContents } from './report-contents.js';

let contents: ReportContents;
let page = '';
beforeAll(async () => {
  contents = await reportContents();
  page = await reportHtml(contents);
});

describe('reportHtml', () => {
  it('needs nothing else: no script, no link, no address, a policy that forbids them', () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    );
    expect(page).not.toMatch(/<script|<iframe|<object|@import|url\(|https?:\/\/(?!www\.w3\.org)/i);
    const sources = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources.filter((source) => !/^(data:|#)/.test(source ?? ''))).toEqual([]);
  });

  it('escapes an id that is made to break out', () => {
    expect(page).not.toContain(hostileId);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;amp;');
  });

  it('has no id twice and links only to what is there', () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    const anchors = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(anchors));
  });

  it('tells of research use always, of a leak before that', async () => {
    const use = 'For research use; not a medical device';
    const leaking = await reportHtml({ ...contents, warnings: ['patch "a" is <in> both'] });
    const [before, after] = [page, leaking].map((text) => text.slice(text.indexOf('<header>')));
    expect(before).toMatch(new RegExp(`^<header>\\s*<p class="use">${use}</p>`));
    expect(after).toMatch(/^<header>\s*<p class="warning" role="alert">/);
    expect(after).toContain('patch &quot;a&quot; is &lt;in&gt; both');
    expect(after?.indexOf(use)).toBeGreaterThan(after?.indexOf('is &lt;in&gt; both') ?? 0);
  });

  it('leaves out what is not at hand', async () => {
    const little = await reportHtml({
      ...contents,
      evaluation: {
        ...evaluation,
        positives: 0,
        roc_auc: null,
        average_precision: null,
        sensitivity: null,
        calibration: null,
        intervals: { ...evaluation.intervals, roc_auc: null, sensitivity: null },
      },
      curves: { ...contents.curves, roc: null, precision_recall: null },
      training: null,
      folds: null,
      patches: null,
    });
    const headings = [...little.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'At a glance',
      'All figures',
      'Operating points',
      'Calibration',
      'Model card',
      'Provenance',
    ]);
    expect(little).toContain('A class is absent');
    expect(little).not.toMatch(/NaN|undefined|null/);
  });

  it('has what else to mind at a glance, and why patches of one slide have no interval', async () => {
    const names = Object.keys(evaluation.intervals);
    const intervals = Object.fromEntries(names.map((name) => [name, null])) as never;
    const noted = await reportHtml({
      ...contents,
      notes: ['3 of <these>'],
      evaluation: { ...evaluation, groups: 1, intervals },
    });
    expect(noted).toContain('<dt>To mind</dt><dd><ul><li>3 of &lt;these&gt;</li></ul></dd>');
    expect(noted).toContain('they are of one slide, and it takes several');
    expect(page).not.toContain('To mind');
  });

  it('says what the figures are of, and how sure they are', async () => {
    expect(page).toContain('Whether slides are on both sides of the split is not known');
    expect(page).toContain('The epoch was chosen on these very patches');
    expect(page).toContain('that take patches for independent');
    const clustered = Object.fromEntries(
      Object.entries(evaluation.intervals).map(([name, interval]) => [
        name,
        interval && { ...interval, method: 'cluster bootstrap' },
      ]),
    ) as typeof evaluation.intervals;
    const kept = await reportHtml({
      ...contents,
      split: { text: 'by slide', isSlideDisjoint: true, hasChosenEpoch: false },
      evaluation: { ...evaluation, groups: 27, intervals: clustered },
    });
    expect(kept).toContain('No slide is on both sides of the split.');
    expect(kept).toContain('that resample 27 whole slides (cluster bootstrap)');
    expect(kept).not.toMatch(/class="caution"/);
  });
});
