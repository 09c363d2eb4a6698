import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../../../src/engine/out-of-memory-error.js';
import { UserError } from '../../../src/errors.js';
import { tooLargeBatch } from '../../../src/recipes/train/too-large-batch.js';

const lack = new OutOfMemoryError('OOM when allocating tensor with shape[512,25,25,64]');

describe('tooLargeBatch', () => {
  it.each([
    ['train', 512, 'try --batch-size 256'],
    ['train', 3, 'try --batch-size 2'],
    ['train', 2, 'free some, or take a machine with more'],
    ['score', 3, 'try --batch-size 1'],
    ['score', 1, 'free some, or take a machine with more'],
  ] as const)('to %s with %i: %s', (act, batchSize, remedy) => {
    const told = tooLargeBatch(lack, act, { batchSize });
    expect(told).toBeInstanceOf(UserError);
    expect(told).toMatchObject({
      message: `Cannot ${act} with a batch of ${batchSize}: the engine ran out of memory (OOM when allocating tensor with shape[512,25,25,64]); ${remedy}`,
      cause: lack,
    });
  });

  it('leaves other errors alone', () => {
    const error = new RangeError('Invalid count value: -1');
    expect(tooLargeBatch(error, 'train', { batchSize: 8 })).toBe(error);
  });
});
