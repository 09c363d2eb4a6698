import type { FoundPatch, SetName } from './found-patch.js';

/** A slide (or whatever the group column names) with patches in several sets. */
export interface SharedSlide {
  readonly slide: string;
  /** Its patches by set. */
  readonly patches: Readonly<Partial<Record<SetName, number>>>;
}

/** The slides that are in more than one set, in the order of the files; none where no slide is known. */
export function sharedSlides(patches: readonly FoundPatch[]): SharedSlide[] {
  const slides = new Map<string, Partial<Record<SetName, number>>>();
  for (const { group, set } of patches) {
    if (group === null) continue;
    const counts = slides.get(group) ?? {};
    counts[set] = (counts[set] ?? 0) + 1;
    slides.set(group, counts);
  }
  return [...slides]
    .filter(([, counts]) => Object.keys(counts).length > 1)
    .map(([slide, counts]) => ({ slide, patches: counts }));
}
