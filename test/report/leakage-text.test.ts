import { describe, expect, it } from 'vitest';
import { leakageInShort, leakageText, withLeakage } from '../../src/report/leakage-text.js';

const leakage = {
  twins: [
    { id: 'a', trained: 'b', kind: 'exact' },
    { id: 'c', trained: 'd', kind: 'near' },
    { id: 'e', trained: null, kind: 'exact' },
    { id: 'f', trained: null, kind: 'near' },
  ],
  slides: ['s "1"'],
} as const;

describe('leakageText', () => {
  it('counts, and shows the first three of each', () => {
    expect(leakageText(leakage, 9, 'patches')).toBe(
      '4 of 9 patches showing the same as training patches, such as "a" (the pixels of "b"), "c" (like "d"), "e" (the same pixels); 1 slide with training patches too, such as "s \\"1\\""',
    );
  });

  it('says of a near twin of an unknown patch what it may be', () => {
    expect(leakageText({ twins: leakage.twins.slice(3), slides: [] }, 9, 'patches')).toBe(
      '1 of 9 patches showing the same as training patches, such as "f" (turned, or encoded anew)',
    );
  });

  it('counts alone in short', () => {
    expect(leakageInShort(leakage, 9, 'patches')).toBe(
      '4 of 9 patches showing the same as training patches; 1 slide with training patches too',
    );
    expect(leakageInShort({ twins: [], slides: ['x', 'y'] }, 9, 'patches')).toBe(
      '2 slides with training patches too',
    );
  });
});

describe('withLeakage', () => {
  it('puts the leak first and leaves a text without one as it is', () => {
    expect(withLeakage('a twin', 'figures')).toBe('Leakage: a twin\n\nfigures');
    expect(withLeakage(null, 'figures')).toBe('figures');
  });
});
