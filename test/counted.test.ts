import { expect, it } from 'vitest';
import { counted } from '../src/counted.js';

it('counted says one thing in the singular', () => {
  expect([0, 1, 2].map((count) => counted(count, 'epoch'))).toEqual([
    '0 epochs',
    '1 epoch',
    '2 epochs',
  ]);
  expect(counted(1, 'patch', 'patches')).toBe('1 patch');
  expect(counted(3, 'patch', 'patches')).toBe('3 patches');
});
