import type { Leakage, LeakedTwin } from '../check/leakage-between.js';
import { counted } from '../counted.js';

const shownExamples = 3;

/**
 * What a side has in common with the training, in words with examples; without them in short.
 *
 * @param patches How many patches the side has.
 * @param noun What they are: "validation patches".
 * @example
 * '2 of 60 validation patches showing the same as training patches, such as "a" (the pixels of "b"), "c" (like "d")'
 */
export function leakageText(leakage: Leakage, patches: number, noun: string): string {
  return textOf(leakage, patches, noun, shownExamples);
}

export function leakageInShort(leakage: Leakage, patches: number, noun: string): string {
  return textOf(leakage, patches, noun, 0);
}

/** What is known of a leak, as the JSON has it. */
export interface LeakageFacts {
  readonly leakage: { readonly text: string } | null;
  readonly leakage_checked: boolean;
}

/** What must be read before any figure: a leak, or that it was not looked for; none where all is well. */
export function leakageWarnings({ leakage, leakage_checked }: LeakageFacts): string[] {
  return [...(leakage === null ? [] : [leakage.text]), ...(leakage_checked ? [] : [uncheckedText])];
}

/** Said where `leakage_checked` is false. */
export const uncheckedText =
  'Whether these patches were trained on could not be looked at: an exported file, or a checkpoint of an older histo, keeps nothing to know them by';

/** Puts a leak before all else that a text says; the text as it is where there is none. */
export function withLeakage(leakage: string | null, text: string): string {
  return leakage === null ? text : `Leakage: ${leakage}\n\n${text}`;
}

function textOf({ twins, slides }: Leakage, patches: number, noun: string, shown: number): string {
  const parts = [
    twins.length === 0
      ? null
      : `${twins.length} of ${patches} ${noun} showing the same as training patches${examples(twins.map(twinText), shown)}`,
    slides.length === 0
      ? null
      : `${counted(slides.length, 'slide')} with training patches too${examples(slides.map(quoted), shown)}`,
  ];
  return parts.filter((part) => part !== null).join('; ');
}

function examples(all: readonly string[], shown: number): string {
  return shown === 0 ? '' : `, such as ${all.slice(0, shown).join(', ')}`;
}

function twinText({ id, trained, kind }: LeakedTwin): string {
  if (trained === null) {
    return `${quoted(id)} (${kind === 'exact' ? 'the same pixels' : 'turned, or encoded anew'})`;
  }
  return `${quoted(id)} (${kind === 'exact' ? 'the pixels of' : 'like'} ${quoted(trained)})`;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
