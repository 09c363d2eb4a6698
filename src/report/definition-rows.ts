import { type Html, html } from './html.js';

/** Something known, by name. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Facts as a list of definitions, a row each. */
export function definitionRows(facts: readonly Fact[]): Html {
  const rows = facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<dl class="facts">${rows}</dl>`;
}
