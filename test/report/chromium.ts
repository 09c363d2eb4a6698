import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** True where there is a Chromium; tests that need one skip elsewhere. */
export const hasChromium = existsSync(path);

if (!hasChromium) {
  process.stderr.write(
    `Pages are NOT opened in a browser: "${path}" is not there; set CHROMIUM_PATH to a Chromium\n`,
  );
}

/** Chromium with a profile of its own that goes with it; it asks nobody for anything. */
export async function openChromium(): Promise<{ browser: Browser; close(): Promise<void> }> {
  const { launch } = await import('puppeteer-core');
  const userDataDir = await mkdtemp(join(tmpdir(), 'histo-chromium-'));
  const browser = await launch({
    executablePath: path,
    headless: true,
    userDataDir,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const close = async () => {
    await browser.close();
    await rm(userDataDir, { recursive: true, force: true });
  };
  return { browser, close };
}

/** What the page says, as a reader sees it. */
export async function textOf(page: Page): Promise<string> {
  return (await page.evaluate('document.body.innerText')) as string;
}

/** What is wider than the page, but for what scrolls by itself and what is for screen readers. */
export async function overflowOf(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((element) => !element.closest('.scroll > *, .skip'))
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((element) => element.outerHTML.slice(0, 80))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])`)) as string[];
}
