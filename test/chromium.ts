import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** True where there is a Chromium; tests that need one skip elsewhere. */
export const hasChromium = existsSync(path);

if (!hasChromium) {
  process.stderr.write(
    `Pages are NOT opened in a browser: "${path}" is not there; set CHROMIUM_PATH to a Chromium\n`,
  );
}

/** Chromium with a profile of its own that goes with it; it asks nobody for anything. */
export async function openChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: path,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic'],
  });
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
