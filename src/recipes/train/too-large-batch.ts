import { outOfMemoryIn } from '../../engine/out-of-memory-error.js';
import { UserError } from '../../errors.js';

const leastSize = { train: 2, score: 1 } as const; // BatchNorm has no variance of one

/**
 * What was thrown by work on batches, with the size to try if it is for want of memory.
 *
 * @param error Given back as it is, if it is for something else.
 */
export function tooLargeBatch(
  error: unknown,
  act: 'train' | 'score',
  { batchSize }: { readonly batchSize: number },
): unknown {
  const lack = outOfMemoryIn(error);
  if (lack === null) return error;
  const remedy =
    batchSize > leastSize[act]
      ? `try --batch-size ${Math.max(leastSize[act], Math.floor(batchSize / 2))}`
      : 'free some, or take a machine with more';
  return new UserError(
    `Cannot ${act} with a batch of ${batchSize}: the engine ran out of memory (${lack.reason}); ${remedy}`,
    { cause: lack },
  );
}
