import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { NotFiniteError } from '../../../src/engine/ops/compile.js';
import { InterruptedError } from '../../../src/errors.js';
import { train } from '../../../src/recipes/train/train.js';
import { readSteps } from '../../../src/report/steps-csv.js';
import type * as Step from '../../../src/train/step.js';
import { fixturePatches } from '../../fixture-patches.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

/** Steps, counted from 0, whose loss shall not be finite; what is called before a step. */
const planted = vi.hoisted(() => ({
  steps: new Set<number>(),
  before: (_step: number): void => {},
}));
vi.mock('../../../src/train/step.js', async (original) => {
  const { createTrainer } = await original<typeof Step>();
  const failing: typeof createTrainer = (...options) => {
    const trainer = createTrainer(...options);
    return {
      ...trainer,
      step: async (batch, step, learningRate, momentum) => {
        planted.before(step);
        if (planted.steps.has(step)) throw new NotFiniteError('NaN');
        return trainer.step(batch, step, learningRate, momentum);
      },
    };
  };
  return { createTrainer: failing };
});

const never = new AbortController().signal;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-nonfinite-'));
});
afterEach(async () => {
  planted.steps = new Set();
  planted.before = () => {};
  await rm(folder, { recursive: true });
});

describe('a loss that is not finite', () => {
  it('stops the run, which says what led to it and can go on from before it', async () => {
    const run = join(folder, 'run');
    planted.steps = new Set([7]);
    const stopping = train(smallRun(run), createTestTerminal(), never);
    await expect(stopping).rejects.toThrow(
      /at step 8, got NaN with a learning rate of 0\.\d+ and the patches "\w+", "\w+", "\w+" and 5 more; largest activation \d+\.\d+ in [\w.]+; the weights are as before that step; .*--on-nonfinite skip 10, the last good checkpoint is ".*last\.safetensors"\nThe run is saved after step 7 \(epoch 2\)/,
    );
    const { progress } = await loadCheckpoint(join(run, 'last.safetensors'));
    expect(progress).toMatchObject({ step: 7, skippedSteps: 0 });
    const record = JSON.parse(await readFile(join(run, 'nonfinite-step-8.json'), 'utf8'));
    expect(record).toMatchObject({ step: 8, epoch: 2, loss: 'NaN' });
    const known = await readdir(fixturePatches.images);
    expect(record.ids).toHaveLength(8);
    for (const id of record.ids) expect(known).toContain(`${id}.tif`);
    expect(Object.keys(record.largest_activations)).toContain('layer1.0.conv2');

    const going = { ...smallRun(run, { onNonfinite: 'skip 1' }), resume: true };
    const { steps } = await train(going, createTestTerminal(), never);
    expect(steps).toBe(15);
  });

  it('is passed over as often as the config allows, over interruptions too', async () => {
    const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
    planted.steps = new Set([2, 9]);
    const terminal = createTestTerminal();
    await train(smallRun(whole, { onNonfinite: 'skip 2' }), terminal, never);
    const notes = terminal.notes.filter((note) => note.includes('passed over'));
    expect(notes.map((note) => note.slice(note.indexOf('passed')))).toEqual([
      'passed over, 1 so far',
      'passed over, 2 so far',
    ]);
    const steps = await readSteps(join(whole, 'steps.csv'));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    const gaps = steps.filter(({ loss }) => loss === null);
    expect(gaps.map(({ step }) => step)).toEqual([3, 10]);
    expect(await readFile(join(whole, 'report.html'), 'utf8')).toContain('2 steps passed over');
    const [, first = ''] = (await readFile(join(whole, 'log.csv'), 'utf8')).split('\n');
    const losses = steps.slice(0, 5).flatMap(({ loss }) => loss ?? []);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 4; // of batches of one size
    expect(Number(first.split(',')[2])).toBeCloseTo(mean, 12);

    const interruption = new AbortController();
    planted.before = (step) => {
      if (step === 5) interruption.abort(new InterruptedError('SIGINT', 'stop'));
    };
    const small = smallRun(stopped, { onNonfinite: 'skip 2' });
    await expect(train(small, createTestTerminal(), interruption.signal)).rejects.toThrow(
      InterruptedError,
    );
    planted.before = () => {};
    await train({ ...smallRun(stopped), resume: true }, createTestTerminal(), never);
    for (const name of ['last.safetensors', 'best.safetensors', 'steps.csv']) {
      const [one, other] = await Promise.all(
        [whole, stopped].map((run) => readFile(join(run, name))),
      );
      expect(one?.equals(other as Buffer), name).toBe(true);
    }
  });

  it('stops the run once it came more often than that', async () => {
    planted.steps = new Set([2, 9]);
    const small = smallRun(join(folder, 'run'), { onNonfinite: 'skip 1' });
    await expect(train(small, createTestTerminal(), never)).rejects.toThrow(
      /at step 10, .*1 were passed over before, as many as --on-nonfinite "skip 1" allows/,
    );
  });

  it('stops the run if an epoch had no other', async () => {
    planted.steps = new Set([0, 1, 2, 3, 4]);
    const small = smallRun(join(folder, 'run'), { onNonfinite: 'skip 100' });
    await expect(train(small, createTestTerminal(), never)).rejects.toThrow(
      'expected a finite loss in epoch 1, got none in all its steps',
    );
  });
});
