import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataCheckHtml } from '../../src/report/data-check-html.js';
import { hasChromium, openChromium, overflowOf, textOf } from '../chromium.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { findings, fixturePictures } from './data-check-findings.js';
import { hostileId } from './report-contents.js';

describe.skipIf(!hasChromium)('data-check.html in Chromium', () => {
  const file = join(temporaryFolder(), 'data-check.html');
  const said: string[] = [];
  const asked: string[] = [];
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    await writeFile(file, await dataCheckHtml(findings, await fixturePictures()));
    chromium = await openChromium();
    page = await chromium.newPage();
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  });

  afterAll(() => chromium?.close());

  it('opens without a word on the console and asks for nothing', () => {
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
  });

  it('shows counts, likeness and hostile ids as text', async () => {
    const text = (await textOf(page)).replaceAll('\u00a0', ' ');
    for (const shown of [
      '1,600 patches of 2 sets were looked at',
      '300 (25.0 %)',
      'the same pixels',
      '0.52 levels apart, rotate-90',
      `slide ${hostileId}`,
      '1,234',
      hostileId,
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('shows every picture: both of each pair, and the flagged ones', async () => {
    const [pictures, broken] = (await page.evaluate(`[
      document.images.length,
      [...document.images].filter((image) => image.naturalWidth === 0).length,
    ]`)) as [number, number];
    expect({ pictures, broken }).toEqual({ pictures: 2 * 2 + 24, broken: 0 });
  });

  it.each([1280, 390])('fits %i px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflowOf(page)).toEqual([]);
  });
});
