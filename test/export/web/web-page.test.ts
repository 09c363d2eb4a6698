import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cropSteps } from '../../../src/data/augment.js';
import { readPatch } from '../../../src/data/read-patch.js';
import type { StateDict } from '../../../src/model/state-dict.js';
import { darkPalette, lightPalette } from '../../../src/report/palette.js';
import { hasChromium, openChromium, overflowOf, textOf } from '../../chromium.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { fixturePatches } from '../../fixture-patches.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { disturbedState, scored } from '../small-nets.js';
import { drop, savedCsv, settled, textsOf } from './opened-page.js';
import { serveFolder } from './serve-folder.js';
import { secretCard, writeSmallPage } from './small-page.js';

describe.skipIf(!hasChromium)('the page of a model in Chromium', () => {
  const folder = join(temporaryFolder(), 'page');
  const said: string[] = [];
  const asked: string[] = [];
  let state: StateDict;
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let names: readonly string[];

  beforeAll(async () => {
    await startTestEngine();
    state = await disturbedState(secretCard.architecture);
    await writeSmallPage(folder, secretCard, state);
    names = (await readdir(fixturePatches.images)).sort().slice(0, 10);
    server = await serveFolder(folder);
    chromium = await openChromium();
    context = await chromium.newContext();
    context.on('request', (request) => asked.push(request.url()));
    page = await context.newPage();
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(String(error)));
    await page.goto(server.address);
    await page.waitForSelector('.is-ready');
  });

  afterAll(async () => {
    await chromium?.close();
    await server?.close();
  });

  it('scores ten patches as the checkpoint does, and tells which files it cannot', async () => {
    const files = names.map(async (name) => ({ name, bytes: await bytesOf(name) }));
    const patches = await Promise.all(files);
    const cut = { name: 'cut.tif', bytes: (await bytesOf(names[0] as string)).subarray(0, 9000) };
    const table = { name: 'labels.csv', bytes: Buffer.from('id,label\n') };
    await drop(page, [cut, ...patches, table]);
    await settled(page, 12);
    const saved = await savedCsv(page);
    expect([...saved.keys()]).toEqual(names.map((name) => name.replace('.tif', '')));
    const expected = await probabilitiesOf(names);
    for (const [at, probability] of [...saved.values()].entries()) {
      expect(probability).toBeCloseTo(expected[at] as number, 5);
    }
    expect(await textsOf(page, '#refusals li')).toEqual([
      expect.stringMatching(/^Cannot read "cut.tif": expected 27\d{3} bytes or more, got 9000/),
      'Cannot read "labels.csv": expected a whole TIFF, PNG or JPEG, got "another kind of file"; copy it anew, or save it as 8-bit RGB',
    ]);
  });

  it('calls patches by the threshold that the reader chooses', async () => {
    const saved = [...(await savedCsv(page)).values()];
    const youden = 1 / (1 + Math.exp(-0.25 / 1.7));
    for (const [label, threshold] of [
      ['Youden’s J, 0.5367', youden],
      ['0.5', 0.5],
    ] as const) {
      await page.getByText(label, { exact: true }).click();
      const classes = saved.map((value) => (value >= threshold ? 'tumour' : 'normal'));
      expect(await textsOf(page, '#patches .class')).toEqual(classes);
      const tumour = classes.filter((name) => name === 'tumour').length;
      expect(await page.innerText('#summary')).toContain(
        `10 patches: ${tumour} tumour, ${10 - tumour} normal at ${label.split(',')[0]}`,
      );
    }
  });

  it('sorts', async () => {
    const shown = async () =>
      (await textsOf(page, '#patches td.probability')).map((text) => Number(text));
    await page.click('#patches button[value=probability]');
    const falling = await shown();
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    await page.click('#patches button[value=probability]');
    expect(await shown()).toEqual(falling.toReversed());
    expect(await page.getAttribute('#patches th.probability', 'aria-sort')).toBe('ascending');
    await page.click('#patches button[value=id]');
  });

  it('shows each patch with the square that the network saw', async () => {
    const pictures = (await page.evaluate(`[...document.querySelectorAll('#patches tr .picture')]
      .map((picture) => {
        const [frame, square] = [picture, picture.querySelector('i')].map((one) => one.getBoundingClientRect());
        const scale = 96 / frame.width;
        return [square.left - frame.left, square.top - frame.top, square.width, square.height]
          .map((length) => Math.round(scale * length * 10) / 10);
      })`)) as number[][];
    expect(pictures).toHaveLength(10);
    for (const place of pictures) {
      for (const [at, px] of [24, 24, 49, 49].entries()) {
        expect(Math.abs((place[at] as number) - px)).toBeLessThan(0.3); // (96 - 49) / 2 to the even
      }
    }
  });

  it('says what its figures are of, and nothing that may not be published', async () => {
    const text = await textOf(page);
    for (const shown of [
      'For research use; not a medical device',
      '0.9400',
      'No slide is on both sides of the split. 2 training patches have twins',
      'small ResNet',
      'no picture leaves this computer',
    ]) {
      expect(text).toContain(shown);
    }
    for (const file of ['index.html', 'service-worker.js', 'manifest.webmanifest', 'model.onnx']) {
      expect(await readFile(join(folder, file), 'latin1')).not.toContain('secret');
    }
  });

  it('asks nobody else, and neither it nor its worker could', async () => {
    const elsewhere = JSON.stringify(server.address.replace('127.0.0.1', 'localhost'));
    const policies = (await page.evaluate(`(async () => {
      const inPage = await fetch(${elsewhere}).then(() => 'sent', () => 'refused');
      const program = 'fetch(' + ${JSON.stringify(elsewhere)} + ').then(() => postMessage("sent"), () => postMessage("refused"))';
      const worker = new Worker(URL.createObjectURL(new Blob([program])));
      const inWorker = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
      return [inPage, inWorker];
    })()`)) as string[];
    expect(policies).toEqual(['refused', 'refused']);
    const foreign = asked.filter((url) => !/^(blob|data):/.test(url));
    expect(foreign.filter((url) => !url.startsWith(server.address))).toEqual([]);
    expect(said.filter((text) => !text.includes('localhost'))).toEqual([]); // the refusals just now
  });

  it.each([1280, 800, 390])('fits %i px, as pictures and as a table', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    for (const view of ['Table', 'Pictures']) {
      await page.getByText(view, { exact: true }).click();
      expect(await overflowOf(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('names all that can be worked, and is worked by keys alone', async () => {
    const nameless =
      await page.evaluate(`[...document.querySelectorAll('input, button, progress, img')]
      .filter((one) => !(one.labels?.[0]?.innerText || one.innerText || one.getAttribute('aria-label') || one.hasAttribute('alt')))
      .map((one) => one.outerHTML)`);
    expect(nameless).toEqual([]);
    await page.focus('.skip');
    const reached: string[] = [];
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab');
      reached.push(
        (await page.evaluate(
          'document.activeElement.id || document.activeElement.value || document.activeElement.className',
        )) as string,
      );
    }
    for (const name of ['files', 'folder', '0', 'pictures', 'save', 'clear', 'id']) {
      expect(reached).toContain(name);
    }
  });

  it('follows the reader into the dark', async () => {
    for (const [colorScheme, { ground }] of [
      ['light', lightPalette],
      ['dark', darkPalette],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      const shown = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      const channels = [...Buffer.from(ground.slice(1), 'hex')].join(', ');
      expect(shown).toBe(`rgb(${channels})`);
    }
  });

  it('opens and scores without a network, and gives way to a newer export', async () => {
    await page.getByText('Ready, without a network too').waitFor();
    await server.close();
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('.is-ready');
    await page.click('#samples');
    await settled(page, 8);
    await context.setOffline(false);

    const older = await page.getAttribute('body', 'data-facts');
    await writeSmallPage(folder, { ...secretCard, dataDigest: 'newer' }, state);
    server = await serveFolder(folder);
    const other = await context.newPage(); // its port is another, and so is its origin
    await other.goto(server.address);
    await other.getByText('Ready, without a network too').waitFor();
    expect(await other.getAttribute('body', 'data-facts')).not.toBe(older);
    await writeSmallPage(folder, secretCard, state);
    await other.reload();
    expect(await other.getAttribute('body', 'data-facts')).toBe(older);
    await other.getByText('Ready, without a network too').waitFor();
    await expect.poll(() => other.evaluate('caches.keys()')).toHaveLength(1);
    await other.close();
  });

  it('says how it is served where it was opened from a file', async () => {
    const other = await context.newPage();
    await other.goto(pathToFileURL(join(folder, 'index.html')).href);
    expect(await textOf(other)).toContain('serve its folder with “npx serve”');
    await other.close();
  });

  async function probabilitiesOf(files: readonly string[]): Promise<number[]> {
    const patches = await Promise.all(
      files.map((name) => readPatch(join(fixturePatches.images, name))),
    );
    const [widthPx, heightPx] = [96, 96];
    const logits = await scored(secretCard, state, {
      pixels: Buffer.concat(patches.map(({ pixels }) => pixels)),
      size: patches.length,
      widthPx,
      heightPx,
      steps: Int32Array.from(cropSteps(null, { widthPx, heightPx }, 49)),
    });
    return patches.map((_, row) => {
      const margin = (logits[2 * row + 1] as number) - (logits[2 * row] as number);
      return 1 / (1 + Math.exp(-margin / 1.7));
    });
  }
});

function bytesOf(name: string): Promise<Buffer> {
  return readFile(join(fixturePatches.images, name));
}
