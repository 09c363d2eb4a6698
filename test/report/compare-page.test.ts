import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareHtml } from '../../src/report/compare-html.js';
import { hasChromium, openChromium, overflowOf, textOf } from '../chromium.js';
import { compareContents } from './compare-contents.js';
import { hostileId } from './report-contents.js';

describe.skipIf(!hasChromium)('compare.html in Chromium', () => {
  let folder = '';
  let chromium: Browser;
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-page-'));
    const file = join(folder, 'compare.html');
    await writeFile(file, await compareHtml(await compareContents()));
    chromium = await openChromium();
    page = await chromium.newPage();
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => asked.push(request.url()));
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  });

  afterAll(async () => {
    await chromium?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens without a word on the console and asks for nothing', () => {
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('data:')).map((url) => url.slice(0, 7))).toEqual([
      'file://', // the page itself
    ]);
  });

  it('shows the difference, how sure it is, both tests and the hostile id as text', async () => {
    const text = (await textOf(page)).replaceAll('\u00a0', ' ');
    for (const shown of [
      'For research use; not a medical device',
      '+0.0125',
      '−0.0031 to 0.0281, cluster bootstrap',
      'These patches do not tell which ranks better',
      'The same 1,000 patches of 27 slides (400 tumour, 600 normal) for both',
      'Intervals draw 27 whole slides',
      'z = 2.50, p = 0.0124',
      'only A right 41, only B right 29, p = 0.1878',
      '3 were beyond and are tied now',
      'A 0.950',
      'B 0.050',
      hostileId,
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('shows every picture and both curves', async () => {
    const { broken, pictures, plots } = (await page.evaluate(`({
      pictures: document.images.length,
      broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
      plots: document.querySelectorAll('svg[role=img][aria-label]').length,
    })`)) as Record<string, number>;
    expect({ broken, pictures, plots }).toEqual({ broken: 0, pictures: 16, plots: 1 });
  });

  it.each([1280, 800, 390])('fits %i px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflowOf(page)).toEqual([]);
  });

  it('fits paper', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 900 }); // A4 within its margins
    expect(await overflowOf(page)).toEqual([]);
  });
});
