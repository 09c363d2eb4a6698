const start = `
[hidden] { display: none !important; }
.bench { padding: 0 0 4rem; }
.drop { display: grid; justify-items: center; gap: 0.35rem; padding: 3.5rem 1.5rem 2.75rem; border: 1.5px dashed var(--rule); background: var(--surface); text-align: center; transition: border-color 0.15s, background-color 0.15s; }
.is-over .drop { border-color: var(--accent); background: var(--tint); }
.call { font: 400 1.75rem/1.2 var(--serif); letter-spacing: -0.01em; }
.pickers { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.6rem; margin-top: 1.3rem; }
.button { display: inline-block; padding: 0.5rem 1.05rem; border: 1px solid var(--rule); background: none; color: inherit; font: inherit; font-size: 0.875rem; line-height: 1.4; cursor: pointer; }
.button:hover { border-color: currentColor; }
.button.first { border-color: var(--accent); background: var(--accent); color: var(--ground); }
.button input, .choice input { position: absolute; width: 1px; height: 1px; margin: 0; opacity: 0; }
.button:focus-within, .choice label:has(:focus-visible) span { outline: 2px solid var(--accent); outline-offset: 3px; }
.state { display: flex; align-items: center; justify-content: center; gap: 0.7rem; min-height: 1.6em; margin-top: 1.3rem; color: var(--soft); font-size: 0.8125rem; }
.is-ready #state::before { content: "\\2713\\00A0"; color: var(--accent); }
.is-ready #loaded, .is-broken #loaded, .is-unserved .state { display: none; }
.is-broken #state { color: var(--warning); }
.unserved { display: none; max-width: 34rem; margin-top: 1rem; color: var(--warning); }
.is-unserved .unserved { display: block; }
progress { appearance: none; display: block; width: 7rem; height: 3px; border: 0; background: var(--rule); color: var(--accent); }
progress::-webkit-progress-bar { background: var(--rule); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
.samples { display: block; width: 100%; padding: 1.75rem 0 0; border: 0; background: none; color: var(--soft); font: inherit; font-size: 0.8125rem; cursor: pointer; }
.samples:hover { color: var(--ink); }
.strip { display: grid; grid-template-columns: repeat(8, 1fr); gap: 3px; margin-bottom: 0.6rem; }
.strip img { display: block; width: 100%; height: auto; }
.has-patches .samples, body:not(.has-patches) .results { display: none; }
.has-patches .drop { grid-template-columns: auto 1fr auto; align-items: center; justify-items: start; column-gap: 1.25rem; padding: 0.8rem 1rem 0.8rem 1.25rem; text-align: left; }
.has-patches .drop .soft, .has-patches .is-ready .state { display: none; }
.has-patches .call { font-size: 1.125rem; }
.has-patches .pickers, .has-patches .state { justify-content: flex-start; margin-top: 0; }
.has-patches .pickers { order: 3; }
.has-patches .masthead { padding: 2.5rem 0 2rem; }
`;

const results = `
.bar { padding: 2.5rem 0 1.1rem; }
#summary { font: 400 1.3125rem/1.35 var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1.75rem; margin-top: 1.1rem; }
.choice { display: flex; margin: 0; padding: 0; border: 0; min-width: 0; font-size: 0.8125rem; }
.choice legend { float: left; padding: 0.35rem 0.7rem 0.35rem 0; color: var(--soft); }
.choice label { position: relative; cursor: pointer; }
.choice label span { display: block; padding: 0.35rem 0.8rem; border: 1px solid var(--rule); white-space: nowrap; font-variant-numeric: tabular-nums; }
.choice label + label span { margin-left: -1px; }
.choice :checked + span { position: relative; border-color: var(--ink); background: var(--ink); color: var(--ground); }
.acts { display: flex; gap: 0.5rem; margin-left: auto; }
.acts .button { padding: 0.35rem 0.8rem; font-size: 0.8125rem; }
#done { width: 100%; height: 2px; }
#done[value="1"] { visibility: hidden; }
.refused { margin-top: 1.25rem; padding: 0.9rem 1.2rem; border: 1px solid var(--rule); border-left: 3px solid var(--warning); font-size: 0.84375rem; }
.refused h2 { font: 600 0.875rem/1.5 var(--sans); color: var(--warning); }
.refused ul { max-height: 9.5rem; overflow-y: auto; list-style: none; }
.refused li { padding: 0.15rem 0; overflow-wrap: anywhere; }
`;

const table = `
#patches, #patches thead, #patches tbody { display: block; }
#patches { margin-top: 1rem; --threshold: 50%; }
#patches th, #patches td { padding: 0; border: 0; text-align: left; }
#patches tr { display: grid; grid-template-columns: 4rem minmax(0, 1fr) 13rem 5.5rem 4.5rem; align-items: center; gap: 0.25rem 1.5rem; }
#patches thead tr { padding-bottom: 0.5rem; border-bottom: 1px solid var(--ink); color: var(--soft); font-size: 0.8125rem; }
#patches tbody tr { padding: 0.5rem 0; border-bottom: 1px solid var(--grid); content-visibility: auto; contain-intrinsic-size: auto 5.1rem; }
#patches .time { text-align: right; color: var(--soft); font-size: 0.8125rem; }
#patches td.id { font-family: var(--mono); font-size: 0.75rem; overflow-wrap: anywhere; }
#patches td.id small { font-family: var(--sans); }
#patches th button { padding: 0; border: 0; background: none; color: inherit; font: inherit; font-size: 0.8125rem; cursor: pointer; }
#patches th button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 0.25em; }
#patches th:not([aria-sort=none])[aria-sort] button { color: var(--ink); }
#patches th[aria-sort=ascending] button::after { content: " \\2191"; }
#patches th[aria-sort=descending] button::after { content: " \\2193"; }
#patches .meter { margin: 0.3rem 0 0; background: linear-gradient(var(--ink), var(--ink)) var(--threshold) / 1px 100% no-repeat, var(--grid); }
#patches .look img { width: 100%; }
#patches:not(.gallery) thead .look { visibility: hidden; }
`;

const gallery = `
#patches.gallery thead tr { display: flex; gap: 0.25rem 1.25rem; flex-wrap: wrap; border-bottom-color: var(--rule); }
#patches.gallery thead .verdict { display: none; }
#patches.gallery tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.75rem, 1fr)); gap: 2rem 1.6rem; padding-top: 1.5rem; }
#patches.gallery tbody tr { grid-template-columns: minmax(0, 1fr) auto; gap: 0.35rem 0.75rem; align-content: start; padding: 0; border: 0; contain-intrinsic-size: auto 14.5rem; }
#patches.gallery td.look { grid-area: 1 / 1 / 2 / 3; }
#patches.gallery td.probability { grid-area: 2 / 1 / 3 / 3; padding-top: 0.2rem; text-align: right; }
#patches.gallery td.verdict { grid-area: 2 / 1 / 3 / 2; align-self: start; padding-top: 0.2rem; }
#patches.gallery td.id { grid-area: 3 / 1 / 4 / 2; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--soft); font-size: 0.6875rem; }
#patches.gallery td.time { grid-area: 3 / 2 / 4 / 3; font-size: 0.6875rem; }
#patches.gallery td small { display: none; }
`;

const narrow = `
@media (max-width: 60rem) {
  .bar { padding-top: 1.5rem; }
}
@media (max-width: 36rem) {
  .bench { padding-bottom: 2.5rem; }
  .drop { padding: 2.25rem 1rem 1.75rem; }
  .strip { grid-template-columns: repeat(4, 1fr); }
  .has-patches .drop { grid-template-columns: 1fr; justify-items: stretch; gap: 0.6rem; padding: 0.8rem 1rem; }
  .has-patches .pickers { justify-content: flex-start; }
  .tools { gap: 0.75rem; }
  .acts { margin-left: 0; }
  #patches tr { grid-template-columns: 3.5rem minmax(0, 1fr) auto; gap: 0.2rem 0.9rem; }
  #patches:not(.gallery) td.look { grid-row: 1 / 3; }
  #patches:not(.gallery) td.probability { grid-area: 2 / 2 / 3 / 3; }
  #patches:not(.gallery) td.verdict { grid-area: 1 / 3 / 2 / 4; text-align: right; }
  #patches:not(.gallery) td.time { grid-area: 2 / 3 / 3 / 4; }
  #patches:not(.gallery) td.id { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  #patches:not(.gallery) thead tr { display: flex; flex-wrap: wrap; }
  #patches:not(.gallery) thead .look, #patches:not(.gallery) thead .verdict { display: none; }
  #patches.gallery tbody { grid-template-columns: 1fr 1fr; gap: 1.5rem 0.9rem; }
}
`;

/** What the page of a model adds to the style of every page. */
export const webPageStyle = [start, results, table, gallery, narrow].join('');
