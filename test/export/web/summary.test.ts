import { describe, expect, it } from 'vitest';
import { summaryText } from '../../../web/page/summary.js';

const facts = { classNames: ['normal', 'tumour'] };
const half = { title: '0.5', margin: 0 };

describe('summaryText', () => {
  it('counts classes from the threshold on and takes the median of the times', () => {
    const patches = [
      { margin: -1, timeMs: 90 },
      { margin: 0, timeMs: 41 },
      { margin: 2, timeMs: 40 },
    ];
    expect(summaryText(patches, facts, half)).toBe(
      '3 patches: 2 tumour, 1 normal at 0.5; 41 ms a patch',
    );
    expect(summaryText(patches, facts, { title: 'Youden’s J', margin: 0.1 })).toBe(
      '3 patches: 1 tumour, 2 normal at Youden’s J; 41 ms a patch',
    );
  });

  it('says that there is none', () => {
    expect(summaryText([], facts, half)).toBe('No patch was scored');
  });
});
