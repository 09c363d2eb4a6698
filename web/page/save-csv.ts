import { csvCell } from '../../src/report/csv-cell.js';
import type { ListedPatch } from './listed-patch.js';

/** The patches as `histo predict` writes them: `id,probability`, sorted by id. */
export function probabilitiesCsv(
  patches: readonly Pick<ListedPatch, 'id' | 'probability'>[],
): string {
  const sorted = patches.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map(({ id, probability }) => `${csvCell(id)},${probability}`);
  return ['id,probability', ...rows, ''].join('\n');
}

/** Lets the reader save a text as a file. */
export function saveCsv(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
