import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import type * as Summaries from '../../../src/engine/summary-writer.js';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { train } from '../../../src/recipes/train/train.js';
import { readLog } from '../../../src/report/log-csv.js';
import { readSteps } from '../../../src/report/steps-csv.js';
import type * as OneCycle from '../../../src/train/one-cycle.js';
import { readEvents } from '../../engine/read-events.js';
import { hasNativeEngine } from '../../native-engine.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const atStep = vi.hoisted(() => ({ call: (_step: number): void => {} }));
vi.mock('../../../src/train/one-cycle.js', async (original) => {
  const { oneCycle } = await original<typeof OneCycle>();
  const watched: typeof oneCycle = (step, schedule) => {
    atStep.call(step);
    return oneCycle(step, schedule);
  };
  return { oneCycle: watched };
});

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock('../../../src/engine/summary-writer.js', async (original) => {
  const { openSummaryWriter } = await original<typeof Summaries>();
  const onThatDisk: typeof openSummaryWriter = (...opening) => {
    const writer = openSummaryWriter(...opening);
    const write: typeof writer.write = (step, scalars) => {
      if (disk.isFull) throw new UserError('Cannot write: no space');
      writer.write(step, scalars);
    };
    return { ...writer, write };
  };
  return { openSummaryWriter: onThatDisk };
});

const never = new AbortController().signal;
let folder = '';
let whole = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-run-log-'));
  whole = join(folder, 'whole');
  await train(smallRun(whole), createTestTerminal(), never);
});
afterEach(() => {
  atStep.call = () => {};
  disk.isFull = false;
});
afterAll(() => rm(folder, { recursive: true }));

/** A run that is stopped after so many steps, then resumed. */
async function trainInTwo(
  options: ReturnType<typeof smallRun>,
  steps: number,
  between = async () => {},
) {
  const interruption = new AbortController();
  atStep.call = (current) => {
    if (current === steps - 1) interruption.abort(new InterruptedError('SIGINT', 'stop'));
  };
  const stopped = train(options, createTestTerminal(), interruption.signal);
  await expect(stopped).rejects.toThrow(InterruptedError);
  atStep.call = () => {};
  await between();
  await train({ ...options, resume: true }, createTestTerminal(), never);
}

describe('the log of a run', () => {
  it('logs every step as it ran', async () => {
    const rows = await readSteps(join(whole, 'steps.csv'));
    expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
    expect(rows.map(({ epoch }) => epoch)).toEqual(
      [1, 2, 3].flatMap((epoch) => Array(5).fill(epoch)),
    );
    // the schedule by hand: from 0.05 / 25 up to 0.05, down to 0.05 / 25 / 10000
    expect(rows[0]?.learning_rate).toBeCloseTo(0.002, 12);
    expect(Math.max(...rows.map((row) => row.learning_rate))).toBeLessThanOrEqual(0.05);
    expect(rows.at(-1)?.learning_rate).toBeCloseTo(2e-7, 12);
    expect([rows[0]?.momentum, rows.at(-1)?.momentum]).toEqual([0.95, 0.95]);

    const log = await readLog(join(whole, 'log.csv'));
    for (const { epoch, step, train_loss, learning_rate } of log) {
      const steps = rows.filter((row) => row.epoch === epoch);
      // 40 patches are five steps of 8, so the epoch's loss is their mean
      const mean = steps.reduce((sum, { loss }) => sum + Number(loss), 0) / steps.length;
      expect(mean).toBeCloseTo(train_loss, 12);
      expect(steps.at(-1)).toMatchObject({ step, learning_rate });
    }
    const objects = (await readFile(join(whole, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(objects.map((text) => JSON.parse(text))).toEqual(log);
  });

  it('forgets what a crash left in its logs behind the last checkpoint', async () => {
    const crashed = join(folder, 'crashed');
    await trainInTwo(smallRun(crashed), 8, async () => {
      await appendFile(join(crashed, 'steps.csv'), '9,2,7,0.01,0.9\n10,2,7,0.0');
      await appendFile(join(crashed, 'log.csv'), '2,10,7,7,0.5,0.5,0.01,9\n');
    });
    expect(await readSteps(join(crashed, 'steps.csv'))).toEqual(
      await readSteps(join(whole, 'steps.csv')),
    );
    const logs = await Promise.all([crashed, whole].map((run) => readLog(join(run, 'log.csv'))));
    const [ours, theirs] = logs.map((lines) => lines.map(({ seconds: _, ...line }) => line));
    expect(ours).toEqual(theirs);
  });

  it.runIf(hasNativeEngine)('tells TensorBoard the same and learns the same', async () => {
    const watched = join(folder, 'watched');
    const tensorboard = join(folder, 'events');
    await trainInTwo(smallRun(watched, { tensorboard }), 7);

    const [one, other] = await Promise.all([whole, watched].map((run) => loadCheckpoint(run)));
    expect(other?.state).toEqual(one?.state);
    const events = await readEvents(tensorboard);
    expect(events.filter(({ status }) => status === 1).map(({ step }) => step)).toEqual([1, 8]);
    const withTag = (tag: string) => events.filter(({ scalars }) => tag in scalars);
    const steps = await readSteps(join(whole, 'steps.csv'));
    expect(withTag('step/loss').map(({ step, scalars }) => [step, scalars])).toEqual(
      steps.map(({ step, loss, learning_rate, momentum }) => [
        step,
        {
          'step/loss': Math.fround(Number(loss)),
          'step/learning_rate': Math.fround(learning_rate),
          'step/momentum': Math.fround(momentum),
        },
      ]),
    );
    const log = await readLog(join(whole, 'log.csv'));
    expect(withTag('epoch/accuracy').map(({ step, scalars }) => [step, scalars])).toEqual(
      log.map(({ step, train_loss, valid_loss, accuracy, roc_auc }) => [
        step,
        {
          'epoch/train_loss': Math.fround(train_loss),
          'epoch/valid_loss': Math.fround(valid_loss),
          'epoch/accuracy': Math.fround(accuracy),
          'epoch/roc_auc': Math.fround(roc_auc as number),
        },
      ]),
    );
  });

  it.runIf(hasNativeEngine)('goes on without TensorBoard once its disk is full', async () => {
    const run = join(folder, 'full');
    atStep.call = (step) => {
      disk.isFull = step >= 3;
    };
    const terminal = createTestTerminal();
    const options = smallRun(run, { epochs: 1, tensorboard: join(folder, 'full-disk') });
    await train(options, terminal, never);
    const notes = terminal.notes.filter((note) => note.startsWith('Note: '));
    expect(notes).toEqual(['Note: Cannot write: no space; the run goes on without']);
    expect(await readSteps(join(run, 'steps.csv'))).toHaveLength(5);
  });

  it('refuses to write for TensorBoard on wasm, before it trains', async () => {
    const run = join(folder, 'run');
    const options = smallRun(run, { engine: 'wasm', tensorboard: join(folder, 'events') });
    await expect(train(options, createTestTerminal(), never)).rejects.toThrow(
      /^Cannot write TensorBoard's events: expected the native engine, got wasm/,
    );
    expect(await readdir(run)).toEqual([]);
  });
});
