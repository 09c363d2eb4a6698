import type { DataFindings } from '../check/data-findings.js';
import { counted } from '../counted.js';

/** The worst of what was found, in a sentence without its end. */
export function dataCheckVerdict({
  sets,
  leaks,
  label_conflicts,
  shared_slides,
}: DataFindings): string {
  const conflicts = `${counted(label_conflicts, 'group')} of twins with both labels`;
  if (sets.length === 1) return conflicts;
  const slides = sets.some((set) => set.slides === null)
    ? 'whether slides are in several sets is not known: name their column with --group-column'
    : `${counted(shared_slides.length, 'slide')} in several sets`;
  return `${counted(leaks, 'group')} of twins in several sets; ${conflicts}; ${slides}`;
}
