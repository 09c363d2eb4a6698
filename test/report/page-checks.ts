import type { Page } from 'puppeteer-core';

/** What a reader sees. */
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
