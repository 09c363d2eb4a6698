import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/html.js';
import type { PatchPicture } from '../../src/report/patch-picture.js';
import { answerLines, patchSheet } from '../../src/report/patch-sheet.js';

const pixels = new Uint8Array(3 * 8 * 4);

function picture(id: string, more: Partial<PatchPicture> = {}): PatchPicture {
  return { id, pixels, widthPx: 8, heightPx: 4, crop: null, heat: null, ...more };
}

async function sheetOf(...pictures: readonly PatchPicture[]): Promise<string> {
  return (await patchSheet([{ pictures, lines: html`<b>said</b>` }])).markup;
}

describe('patchSheet', () => {
  it('shows a pair side by side with the id of each, escaped', async () => {
    const sheet = await sheetOf(picture('a"'), picture('<b>'));
    expect(sheet.match(/<img /g)).toHaveLength(2);
    expect(sheet).toContain('alt="Patch a&quot;"');
    expect(sheet).toContain('<span class="id">&lt;b&gt;</span>');
    expect(sheet).toContain('<b>said</b>');
  });

  it('outlines the crop in shares of the patch', async () => {
    const crop = { x: 2, y: 1, sizePx: 2 };
    const sheet = await sheetOf(picture('a', { crop }));
    expect(sheet).toContain('--x: 25.00%; --y: 25.00%; --w: 25.00%; --h: 50.00%');
    expect(sheet.match(/<i><\/i>/g)).toHaveLength(1);
    expect(await sheetOf(picture('a'))).not.toContain('<i></i>');
  });

  it('shows the patch once more under its heat map', async () => {
    const sheet = await sheetOf(picture('a', { heat: new Float32Array(4) }));
    expect(sheet.match(/alt="([^"]*)"/g)).toEqual([
      'alt="Patch a"',
      'alt="Where the answer for a comes from (Grad-CAM)"',
      'alt=""',
    ]);
  });
});

describe('answerLines', () => {
  it.each([
    [1, 0.5, '✓', 'tumour', 'called tumour'], // the threshold itself is called tumour
    [1, 0.4999, '✗', 'tumour', 'called normal'],
    [0, 0.0312, '✓', 'normal', 'called normal'],
    [0, 0.9, '✗', 'normal', 'called tumour'],
  ] as const)('of label %i at %d: %s', (label, probability, mark, name, called) => {
    const text = answerLines({ label, probability }).markup.replace(/<[^>]*>/g, '');
    expect(text.trim()).toBe(`${mark} ${name} ${called} p ${probability.toFixed(3)}`);
  });
});
