import { type Html, html } from '../../report/html.js';
import { pageMeta, researchUse, type Section } from '../../report/page.js';
import { histoVersion } from '../../version.js';
import type { PageFacts } from './page-facts.js';

/** What the page holds beside its program. */
export interface WebPageContents {
  readonly facts: PageFacts;
  /** As in `ResNet-50`. */
  readonly network: string;
  readonly sections: readonly Section[];
  /** Files of patches to try, below the page's folder. */
  readonly samples: readonly string[];
}

/** Only what the page brings along; the worker, which is made of a blob, is bound by it too. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The HTML of the page: what it says without its program, and the places that the program fills. */
export function webPageHtml({ facts, network, sections, samples }: WebPageContents): string {
  const [normal, tumour] = facts.classNames as [string, string];
  const title = `${sentenceCase(tumour)} or ${normal}?`;
  const address = (name: string) => `${name}?v=${facts.version}`;
  return html`<!doctype html>
<html lang="en">
<head>
${pageMeta(title, policy)}
<link rel="icon" href="${address('icon.svg')}">
<link rel="manifest" href="${address('manifest.webmanifest')}">
<link rel="stylesheet" href="${address('page.css')}">
<script src="${address('page.js')}" defer></script>
</head>
<body data-facts="${JSON.stringify(facts)}">
<a class="skip" href="#content">To the patches</a>
<header>
<p class="use">${researchUse}</p>
<div class="masthead">
<p class="kind">Patch classifier</p>
<h1>${title}</h1>
<div class="lead"><p>A ${network} says of patches of stained tissue how probable ${tumour} is in each, from the square at its centre. It runs in this browser: no picture leaves this computer.</p></div>
</div>
</header>
<main id="content">
${bench(facts, samples, address)}
${sections.map(section)}
</main>
<footer>
<p>Made by histo ${histoVersion}. This page loads nothing from elsewhere and sends nothing: its <span class="range">Content-Security-Policy</span> forbids both. <a href="LICENSES.txt">Licences of what it is made with</a>. ${researchUse}.</p>
</footer>
</body>
</html>
`.markup;
}

function bench(
  facts: PageFacts,
  samples: readonly string[],
  address: (name: string) => string,
): Html {
  return html`<div class="bench">
<div class="drop">
<p class="call">Drop patches here</p>
<p class="soft">TIFF, PNG or JPEG, of ${facts.cropPx} x ${facts.cropPx} px or more, as many as you like</p>
<p class="pickers"><label class="button first"><input type="file" id="files" multiple accept=".tif,.tiff,.png,.jpg,.jpeg">Choose files</label> <label class="button"><input type="file" id="folder" webkitdirectory>Choose a folder</label></p>
<p class="state"><progress id="loaded" max="1" value="0" aria-label="Model loaded"></progress><span id="state" role="status">Loading the model</span></p>
<p class="unserved" role="alert">Opened from a file, the page cannot load its model: serve its folder with “npx serve” or “python3 -m http.server” and open the address that it tells.</p>
<noscript><p class="warning">This page needs JavaScript.</p></noscript>
</div>
<button type="button" id="samples" class="samples"><span class="strip">${samples.map(
    (name) => html`<img src="${address(name)}" width="96" height="96" alt="">`,
  )}</span><span>or try these eight patches of PatchCamelyon</span></button>
<div class="results" role="region" aria-label="Scored patches">
<div class="bar"><p id="summary" role="status"></p>
<div class="tools">
${choice(
  'thresholds',
  'Threshold',
  facts.thresholds.map(({ title, probability }, index) => ({
    value: String(index),
    text: title === '0.5' ? title : `${title}, ${probability.toFixed(4)}`,
  })),
)}
${choice('views', 'View', [
  { value: 'pictures', text: 'Pictures' },
  { value: 'table', text: 'Table' },
])}
<span class="acts"><button type="button" class="button" id="save">Save CSV</button> <button type="button" class="button" id="clear">Clear</button></span>
</div></div>
<progress id="done" max="1" value="0" aria-label="Patches scored"></progress>
<div id="refused" class="refused" hidden><h2>Not scored</h2><ul id="refusals" tabindex="0"></ul></div>
<table id="patches" class="gallery" role="table" aria-label="Patches">
<thead role="rowgroup"><tr role="row"><th role="columnheader" class="look">Sort by</th>${sorter('id', 'patch')}${sorter('probability', `probability of ${facts.classNames[1]}`)}<th role="columnheader" class="verdict">class</th>${sorter('time', 'time')}</tr></thead>
<tbody role="rowgroup"></tbody>
</table>
</div>
</div>`;
}

function sorter(value: string, text: string): Html {
  return html`<th role="columnheader" class="${value}"><button type="button" value="${value}">${text}</button></th>`;
}

function choice(
  id: string,
  legend: string,
  options: readonly { readonly value: string; readonly text: string }[],
): Html {
  return html`<fieldset id="${id}" class="choice"><legend>${legend}</legend>${options.map(
    ({ value, text }, index) =>
      html`<label>${radio(id, value, index === 0)}<span>${text}</span></label>`,
  )}</fieldset>`;
}

function radio(name: string, value: string, isChosen: boolean): Html {
  return isChosen
    ? html`<input type="radio" name="${name}" value="${value}" checked>`
    : html`<input type="radio" name="${name}" value="${value}">`;
}

function section({ id, heading, note, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<div class="aside"><h2 id="${id}-heading">${heading}</h2>${note === null ? null : html`<div class="note">${note}</div>`}</div>
<div class="body">${body}</div>
</section>
`;
}

function sentenceCase(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
