import { existsSync } from 'node:fs';
import { weightsText } from '../../report/weights-text.js';
import type { Terminal } from '../../terminal.js';
import { weightsPath } from '../../weights/pull-weights.js';
import { registry } from '../../weights/registry.js';

/** Tells which weights histo knows, and which of them are in the cache. */
export function listWeights(isJson: boolean, terminal: Terminal): void {
  const listed = registry.map((weights) => {
    const path = weightsPath(weights);
    return { ...weights, path: existsSync(path) ? path : null };
  });
  const entries = listed.map(({ sizeBytes, ...entry }) => ({ ...entry, size_bytes: sizeBytes }));
  terminal.result(isJson ? JSON.stringify(entries, null, 2) : weightsText(listed));
}
