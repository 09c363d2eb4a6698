import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';

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
