import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { darkPalette, lightPalette } from '../../src/report/palette.js';
import { reportHtml } from '../../src/report/report-html.js';
import { hasChromium, openChromium, overflowOf, textOf } from '../chromium.js';
import { hostileId, reportContents } from './report-contents.js';

describe.skipIf(!hasChromium)('report.html in Chromium', () => {
  let folder = '';
  let chromium: Browser;
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-page-'));
    const file = join(folder, 'report.html');
    await writeFile(file, await reportHtml(await reportContents()));
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

  it('shows the figures, their intervals and the hostile id as text', async () => {
    const text = (await textOf(page)).replaceAll('\u00a0', ' ');
    for (const shown of [
      'For research use; not a medical device',
      '1,000 patches (400 tumour, 600 normal) were scored',
      'higher score 94.0 % of the time (95 % interval 92.5 to 95.6 %)',
      '0.9402',
      '0.9246–0.9557',
      '−0.2521 to 0.0235',
      'Temperature 1.1374',
      hostileId,
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('shows every picture and plot', async () => {
    const { broken, pictures, plots, unseen } = (await page.evaluate(`({
      pictures: document.images.length,
      broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
      plots: document.querySelectorAll('svg[role=img][aria-label]').length,
      unseen: [...document.images].filter((image) => !image.hasAttribute('alt')).length,
    })`)) as Record<string, number>;
    expect({ broken, pictures, plots, unseen }).toEqual({
      broken: 0,
      pictures: 8 * 3, // a patch, the patch again, its heat
      plots: 9,
      unseen: 0,
    });
  });

  it('shows all figures of each operating point at 390 px, with their names', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    const cells =
      (await page.evaluate(`[...document.querySelectorAll('#thresholds .scroll td')].map((cell) => ({
      right: cell.getBoundingClientRect().right,
      name: getComputedStyle(cell, '::before').content,
    }))`)) as { right: number; name: string }[];
    expect(cells).toHaveLength(3 * 7);
    expect(Math.max(...cells.map(({ right }) => right))).toBeLessThanOrEqual(390);
    const names = ['at', 'sensitivity', 'specificity', 'precision', 'accuracy', 'F1', 'MCC'];
    expect(cells.slice(0, 7).map(({ name }) => name)).toEqual(names.map((name) => `"${name}"`));
  });

  it.each([1280, 800, 390])('fits %i px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflowOf(page)).toEqual([]);
  });

  it('follows the reader into the dark', async () => {
    const grounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      grounds.push(
        (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string,
      );
    }
    expect(grounds).toEqual([lightPalette.ground, darkPalette.ground].map(rgb));
  });

  it.each(['light', 'dark'] as const)('has text of enough contrast: %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const palette = colorScheme === 'light' ? lightPalette : darkPalette;
    for (const colour of ['ink', 'soft', 'accent', 'tumour', 'normal', 'warning'] as const) {
      for (const ground of ['ground', 'surface'] as const) {
        expect(contrast(palette[colour], palette[ground])).toBeGreaterThan(4.5);
      }
    }
  });

  it('prints on white, whole', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 900 }); // A4 within its margins
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      rgb('#ffffff'),
    );
    expect(await overflowOf(page)).toEqual([]);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(3);
    await page.emulateMedia({ media: 'screen' });
  });
});

function rgb(colour: string): string {
  return `rgb(${[...Buffer.from(colour.slice(1), 'hex')].join(', ')})`;
}

/** @see WCAG 2.2, contrast ratio */
function contrast(...colours: readonly [string, string]): number {
  const [darker, lighter] = colours.map(luminance).toSorted((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [...Buffer.from(colour.slice(1), 'hex')]
    .map((byte) => byte / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
