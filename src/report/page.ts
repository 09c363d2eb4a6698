import { histoVersion } from '../version.js';
import { Html, html } from './html.js';
import { pageStyle } from './page-style.js';

/** A page of histo's: a head, notices that come before all else, and sections under headings. */
export interface Page {
  readonly title: string;
  /** What kind of page it is, above the title: "Evaluation". */
  readonly kind: string;
  /** A sentence or two under the title. */
  readonly lead: Html;
  /** What must be read first, such as a leak; the line about research use stands there always. */
  readonly warnings: readonly string[];
  readonly sections: readonly Section[];
}

/** A part of a page; its heading and note stand beside its body where there is room. */
export interface Section {
  /** Within the page: its anchor. */
  readonly id: string;
  readonly heading: string;
  /** How to read it. Null: it speaks for itself. */
  readonly note: Html | null;
  readonly body: Html;
}

/** What every page of histo's says of itself. */
export const researchUse = 'For research use; not a medical device';

/**
 * What the head of every page of histo's begins with.
 *
 * @param policy The Content-Security-Policy, of histo's own words: it is written as it is.
 */
export function pageMeta(title: string, policy: string): Html {
  return html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="histo ${histoVersion}">
<title>${title}</title>`;
}

/**
 * A whole HTML page in one file. It needs and fetches nothing, runs no script, follows the reader's
 * light or dark and prints on white.
 */
export function pageHtml(page: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
${pageMeta(page.title, "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")}
<link rel="icon" href="data:,">
<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
${page.warnings.map((warning) => html`<p class="warning" role="alert"><strong>Warning</strong> ${warning}</p>`)}
<p class="use">${researchUse}</p>
<div class="masthead">
<p class="kind">${page.kind}</p>
<h1>${page.title}</h1>
<div class="lead">${page.lead}</div>
<nav aria-label="Sections"><ul>${page.sections.map(
    ({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`,
  )}</ul></nav>
</div>
</header>
<main id="content">
${page.sections.map(section)}
</main>
<footer>
<p>Made by histo ${histoVersion}. This page is one file that loads nothing and sends nothing. ${researchUse}.</p>
</footer>
</body>
</html>
`.markup;
}

function section({ id, heading, note, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<div class="aside"><h2 id="${id}-heading">${heading}</h2>${note === null ? null : html`<div class="note">${note}</div>`}</div>
<div class="body">${body}</div>
</section>
`;
}
