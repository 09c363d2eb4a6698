import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** A file as it is dropped or chosen. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Drops files on the page, as a reader does. */
export async function drop(page: Page, files: readonly GivenFile[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({
    name,
    base64: Buffer.from(bytes).toString('base64'),
  }));
  const transfer = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of ${JSON.stringify(given)}) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    })()`,
  );
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
}

/** Waits until every file that was dropped has been scored or refused. */
export async function settled(page: Page, count: number): Promise<void> {
  const done = page.locator('#patches tbody tr, #refusals li');
  await done.nth(count - 1).waitFor({ state: 'attached' });
  await page.locator('#summary[aria-busy=false]').waitFor();
}

/** What the page saves, by id. */
export async function savedCsv(page: Page): Promise<ReadonlyMap<string, number>> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  const [header, ...rows] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  if (header !== 'id,probability') throw new Error(`expected id,probability, got ${header}`);
  return new Map(
    rows.map((row) => {
      const [id = '', probability] = row.split(',');
      return [id, Number(probability)];
    }),
  );
}

/** Texts of the elements that a selector finds. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allTextContents();
}
