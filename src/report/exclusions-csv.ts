import type { Exclusion } from '../check/exclusions.js';
import { csvCell } from './csv-cell.js';

/** Exclusions as CSV: `id,reason`, as `histo train --exclude` takes it. */
export function exclusionsCsv(exclusions: readonly Exclusion[]): string {
  const rows = exclusions.map(({ id, reason }) => `${csvCell(id)},${csvCell(reason)}`);
  return ['id,reason', ...rows, ''].join('\n');
}
