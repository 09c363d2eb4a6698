import { describe, expect, it } from 'vitest';
import { publicFacts } from '../../../src/export/web/public-facts.js';
import { smallCard } from '../small-nets.js';
import { secretCard } from './small-page.js';

describe('publicFacts', () => {
  it('holds no name of a slide, a patch or a file', () => {
    expect(JSON.stringify(publicFacts(secretCard, 'ab'))).not.toContain('secret');
  });

  it('offers 0.5, and Youden’s as a probability after the temperature', () => {
    const { thresholds } = publicFacts(secretCard, 'ab');
    expect(thresholds.map(({ title, margin }) => [title, margin])).toEqual([
      ['0.5', 0],
      ['Youden’s J', 0.25],
    ]);
    expect(thresholds[1]?.probability).toBeCloseTo(0.536699, 5); // 1 / (1 + e^(-0.25 / 1.7))
    expect(publicFacts(smallCard('basic blocks'), 'ab').thresholds).toHaveLength(1);
  });

  it.each([
    [['a', 'b'], ['c'], true, 0],
    [['a', 'b'], ['b', 'a', 'c'], false, 2],
  ])('tells whether slides are on both sides: %j, %j', (train, valid, isDisjoint, shared) => {
    const facts = publicFacts({ ...secretCard, slides: { train, valid } }, 'ab');
    expect([facts.isSlideDisjoint, facts.sharedSlides]).toEqual([isDisjoint, shared]);
  });

  it('tells that slides are not known', () => {
    expect(publicFacts({ ...secretCard, slides: null }, 'ab').isSlideDisjoint).toBeNull();
  });
});
