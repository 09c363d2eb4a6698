import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { duration, trainingProgress } from '../../src/report/training-progress.js';
import { createTestTerminal } from '../test-terminal.js';

describe('trainingProgress without a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says a plain line every 30 seconds, counted from where a resumed epoch stands', () => {
    const terminal = createTestTerminal();
    const options = { epoch: 1, epochs: 5, stepsPerEpoch: 100, stepsDone: 40 };
    const progress = trainingProgress(terminal, options);
    for (let step = 0; step < 8; step++) {
      vi.advanceTimersByTime(10_000);
      progress.step({ loss: step === 0 ? 1 : 0.5, learningRate: 0.004, examples: 64 });
    }
    progress.stop();
    // shown loss: 1, then twice 5 % of the way to 0.5; 64 patches in 10 s; 10 s a step
    expect(terminal.notes).toEqual([
      'epoch 2/5 step 43/100 loss 0.9512 lr 4.00e-3 6 patches/s, 10 min left',
      expect.stringMatching(
        /^epoch 2\/5 step 46\/100 loss 0\.8\d+ lr 4\.00e-3 6 patches\/s, 9 min left$/,
      ),
    ]);
  });
});

it('duration rounds to what matters', () => {
  expect([0, 75.4, 119.4, 720, 7199, 12_240].map(duration)).toEqual([
    '0 s',
    '75 s',
    '119 s',
    '12 min',
    '120 min',
    '3.4 h',
  ]);
});
