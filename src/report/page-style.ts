import { darkPalette, lightPalette, paletteCss } from './palette.js';

const screen = `
:root { color-scheme: light; ${paletteCss(lightPalette)}
  --serif: ui-serif, Charter, "Bitstream Charter", "Iowan Old Style", Palatino, "Palatino Linotype", "TeX Gyre Pagella", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; ${paletteCss(darkPalette)} }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 0.9375rem/1.6 var(--sans); overflow-wrap: break-word; }
header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 2.5rem; }
p, ul, dl, figure, table { margin: 0; padding: 0; }
a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: 0.2em; }
a:hover, a:focus-visible { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
code, .mono { font-family: var(--mono); font-size: 0.9em; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--surface); padding: 0.5rem 1rem; z-index: 1; }
`;

const head = `
.use { padding: 1.1rem 0; border-bottom: 1px solid var(--rule); color: var(--soft); font-size: 0.8125rem; letter-spacing: 0.01em; }
.warning { margin-top: 1.1rem; padding: 0.9rem 1.2rem; border: 1px solid var(--warning); border-left-width: 5px; color: var(--ink); background: var(--surface); }
.warning strong { color: var(--warning); margin-right: 0.4em; }
.masthead { padding: 4.5rem 0 3rem; }
.kind { color: var(--accent); font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.09em; text-transform: uppercase; }
h1 { margin: 0.5rem 0 0; font: 400 clamp(1.9rem, 1.2rem + 2.6vw, 3.1rem)/1.14 var(--serif); letter-spacing: -0.015em; text-wrap: balance; overflow-wrap: anywhere; }
.lead { margin-top: 1.4rem; max-width: 46rem; font: 1.1875rem/1.6 var(--serif); color: var(--ink); text-wrap: pretty; }
.lead p + p { margin-top: 0.7em; }
nav { margin-top: 2rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; list-style: none; font-size: 0.875rem; color: var(--soft); }
`;

const sections = `
section { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1.25rem 3.5rem; padding: 3rem 0 3.5rem; border-top: 1px solid var(--rule); }
h2 { margin: 0; font: 400 1.5rem/1.25 var(--serif); letter-spacing: -0.005em; }
h3 { margin: 0 0 0.9rem; font: 600 0.9375rem/1.4 var(--sans); }
* + h3 { margin-top: 2.75rem; }
.note { margin-top: 0.75rem; color: var(--soft); font-size: 0.84375rem; line-height: 1.6; text-wrap: pretty; }
.note p + p { margin-top: 0.7em; }
.body > * + * { margin-top: 2rem; }
.body > p, .body li { max-width: 44rem; text-wrap: pretty; }
.body > p + p { margin-top: 0.8em; }
.body > h3 + * { margin-top: 0; }
.soft { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr)); gap: 2.75rem 2.5rem; }
.charts > figure { max-width: 27.5rem; }
.charts.small { grid-template-columns: repeat(auto-fit, minmax(min(15.5rem, 100%), 1fr)); }
.charts.small > figure { max-width: 20rem; }
.body > .charts + .charts { margin-top: 2.75rem; }
figcaption { margin-top: 0.5rem; font-size: 0.8125rem; line-height: 1.55; color: var(--soft); text-wrap: pretty; }
figcaption strong { color: var(--ink); font-weight: 600; }
.chart { display: block; width: 100%; height: auto; overflow: visible; font-family: var(--sans); }
.chart text { white-space: pre; }
footer { padding-top: 1.5rem; padding-bottom: 4rem; color: var(--soft); font-size: 0.8125rem; }
footer p { padding-top: 1.5rem; border-top: 1px solid var(--rule); }
`;

const glance = `
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 2rem 2.5rem; }
.headline dt { color: var(--soft); font-size: 0.8125rem; }
.headline dd { margin: 0; }
.headline .value { display: block; font: 400 2.5rem/1.15 var(--serif); letter-spacing: -0.02em; font-variant-numeric: lining-nums tabular-nums; }
.headline .first .value { color: var(--accent); }
.headline .sure { display: block; margin-top: 0.55rem; font-size: 0.8125rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.glance { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 1.75rem 2.5rem; padding-top: 2rem; border-top: 1px solid var(--rule); }
.glance dt { font-weight: 600; }
.glance dd { margin: 0.2rem 0 0; color: var(--soft); text-wrap: pretty; }
.glance small { display: block; margin-top: 0.5rem; font-size: 0.8125rem; line-height: 1.5; overflow-wrap: anywhere; }
.glance .caution dt::before { content: "\\25B2\\00A0"; color: var(--warning); font-size: 0.75em; vertical-align: 0.12em; }
.glance li { margin: 0.2rem 0 0 1.1rem; }
.facts > div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0.15rem 1.5rem; padding: 0.5rem 0; border-top: 1px solid var(--grid); }
.facts > div:first-child { border-top: 0; padding-top: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
`;

const tables = `
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: lining-nums tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 0.8125rem; padding-bottom: 0.6rem; text-wrap: pretty; }
th, td { padding: 0.5rem 0 0.5rem 1.25rem; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child { padding-left: 0; text-align: left; }
thead th { border-bottom: 1px solid var(--ink); color: var(--soft); font-weight: 400; font-size: 0.8125rem; vertical-align: bottom; line-height: 1.35; }
tbody th { font-weight: 400; }
tbody tr:last-child > * { border-bottom-color: var(--rule); }
.text { text-align: left; }
th small, td small { display: block; color: var(--soft); font-size: 0.78125rem; line-height: 1.45; }
.wide { width: 34%; min-width: 9rem; padding-left: 2rem; }
.ends { display: flex; justify-content: space-between; }
.range { white-space: nowrap; }
.whisker { position: relative; display: block; height: 0.75rem; background: linear-gradient(var(--rule), var(--rule)) center / 100% 1px no-repeat, linear-gradient(var(--rule), var(--rule)) left / 1px 5px no-repeat, linear-gradient(var(--rule), var(--rule)) center / 1px 5px no-repeat, linear-gradient(var(--rule), var(--rule)) right / 1px 5px no-repeat; }
.whisker i { position: absolute; top: calc(50% - 2px); height: 4px; left: var(--low); width: calc(var(--high) - var(--low)); min-width: 2px; background: var(--accent); opacity: 0.45; border-radius: 2px; }
.whisker b { position: absolute; top: calc(50% - 4.5px); left: calc(var(--at) - 1.25px); width: 2.5px; height: 9px; background: var(--accent); border-radius: 1px; }
.headline .whisker { margin-top: 0.5rem; max-width: 12rem; }
.confusions { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15.5rem, 100%), 1fr)); gap: 2.25rem 2.5rem; }
.confusion { table-layout: fixed; }
.confusion td { padding: 0.7rem 0.4rem; text-align: center; border: 0; box-shadow: inset 0 0 0 1.5px var(--ground); background: color-mix(in srgb, var(--accent) var(--share), var(--tint)); }
.confusion td span { display: block; font: 400 1.25rem/1.2 var(--serif); }
.confusion td small { color: var(--ink); font-size: 0.75rem; }
.confusion thead td { background: none; box-shadow: none; }
.confusion th:first-child, .confusion td:first-child { width: 4rem; }
.confusion th { padding: 0.4rem 0.5rem; font-weight: 400; font-size: 0.8125rem; color: var(--soft); border: 0; text-align: center; vertical-align: middle; }
.confusion tbody th { text-align: left; padding-left: 0; }
.confusion caption { color: var(--ink); }
.letter { display: inline-block; width: 1.5em; height: 1.5em; margin-right: 0.5em; border: 1.5px solid var(--ink); border-radius: 50%; font-size: 0.75em; font-weight: 600; line-height: 1.4em; text-align: center; }
`;

const sheet = `
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13.5rem, 100%), 1fr)); gap: 1.9rem 1.75rem; padding: 0; margin: 0; list-style: none; }
.sheet figure { max-width: 20rem; }
.pictures { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 3px; }
.picture { position: relative; display: block; overflow: hidden; background: var(--tint); }
.picture img { display: block; width: 100%; height: auto; }
.picture .heat { position: absolute; left: var(--x); top: var(--y); width: var(--w); height: var(--h); }
.picture i { position: absolute; left: var(--x); top: var(--y); width: var(--w); height: var(--h); outline: 1.5px solid #fff; box-shadow: 0 0 0 2.5px rgb(0 0 0 / 0.55); }
.sheet figcaption { margin-top: 0.5rem; line-height: 1.45; }
.sheet .id { display: block; font-family: var(--mono); font-size: 0.6875rem; color: var(--soft); overflow-wrap: anywhere; }
th .id { font-family: var(--mono); font-size: 0.75rem; overflow-wrap: anywhere; }
.says { color: var(--ink); font-variant-numeric: tabular-nums; }
.says { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; }
.meter { position: relative; display: block; height: 5px; margin: 0.45rem 0 0.35rem; background: linear-gradient(var(--ink), var(--ink)) 50% / 1px 100% no-repeat, var(--grid); }
.meter i { position: absolute; top: -2px; bottom: -2px; left: calc(var(--at) - 1.5px); width: 3px; background: var(--ink); border-radius: 1px; }
.meter i.a { left: calc(var(--at) - 3.5px); width: 7px; background: var(--accent); }
.class { font-weight: 600; }
.class.tumour { color: var(--tumour); }
.class.normal { color: var(--normal); }
.scale { display: inline-block; width: 6rem; height: 0.6rem; vertical-align: -0.05em; margin: 0 0.4em; background: linear-gradient(90deg, #440154, #3b528b, #21918c, #5ec962, #fde725); }
`;

const narrow = `
@media (max-width: 60rem) {
  header, main, footer { padding: 0 1.5rem; }
  section { grid-template-columns: minmax(0, 1fr); padding: 2.25rem 0 2.5rem; }
  .masthead { padding: 2.75rem 0 2.25rem; }
  .note { max-width: 44rem; }
}
@media (max-width: 36rem) {
  header, main, footer { padding: 0 1.15rem; }
  .lead { font-size: 1.0625rem; }
  .headline { grid-template-columns: 1fr 1fr; gap: 1.75rem 1.5rem; }
  .headline .value { font-size: 2rem; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  .sheet { grid-template-columns: 1fr 1fr; gap: 1.5rem 0.9rem; }
  .pictures { grid-auto-flow: row; }
  th, td { padding-left: 0.8rem; }
  .wide { display: none; }
  .scroll th:first-child { position: sticky; left: 0; background: var(--ground); padding-right: 0.5rem; min-width: 7.5rem; }
  .stack thead { display: none; }
  .stack tr { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 0.8rem 1rem; padding: 0.9rem 0; border-bottom: 1px solid var(--rule); }
  .stack th, .stack td { padding: 0; border: 0; text-align: left; }
  .stack th:first-child { position: static; grid-column: 1 / -1; }
  .stack td::before { content: attr(data-name); display: block; color: var(--soft); font-size: 0.78125rem; }
}
`;

const paper = `
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  :root { --ground: #fff; --surface: #fff; --tint: #f3f1ec; }
  html { font-size: 80%; }
  body { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  header, main, footer { max-width: none; padding: 0; }
  .masthead { padding: 2rem 0; }
  nav, .skip { display: none; }
  section { display: block; padding: 1.5rem 0 1.75rem; }
  .body { margin-top: 1.1rem; }
  .scroll { break-inside: avoid; }
  #figures .scroll { break-inside: auto; }
  th, td { padding-top: 0.3rem; padding-bottom: 0.3rem; }
  .note { max-width: none; }
  h2, h3, caption { break-after: avoid; }
  .aside { break-after: avoid; break-inside: avoid; }
  figure, tr, .confusions > *, .facts > div, .sheet > li, .headline, .glance { break-inside: avoid; }
  thead { display: table-header-group; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1.75rem 2rem; }
  .charts.small { grid-template-columns: repeat(3, 1fr); }
  .sheet { grid-template-columns: repeat(3, 1fr); gap: 1.4rem; }
  .confusions { grid-template-columns: repeat(3, 1fr); }
  .scroll { overflow: visible; }
  a { text-decoration: none; }
}
`;

/** The style sheet of every page. */
export const pageStyle = [screen, head, sections, glance, tables, sheet, narrow, paper].join('');
