/**
 * The known name that a mistyped one most likely means, or null if none is near.
 * Case, hyphens and underscores count for nothing; two edits in a short name are too far.
 */
export function nearestKey(name: string, known: readonly string[]): string | null {
  const plain = (key: string) => key.toLowerCase().replace(/[-_]/g, '');
  let best: { key: string; edits: number } | null = null;
  for (const key of known) {
    const edits = editsBetween(plain(name), plain(key));
    if (edits < (best?.edits ?? 3) && edits < Math.max(2, key.length / 2)) best = { key, edits };
  }
  return best?.key ?? null;
}

/** Insertions, deletions and substitutions between two short words (Levenshtein). O(n m). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < Math.min(a.length, 64); i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substituted = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
