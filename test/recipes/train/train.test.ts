import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { train } from '../../../src/recipes/train/train.js';
import { readPredictions } from '../../../src/report/predictions-csv.js';
import type * as OneCycle from '../../../src/train/one-cycle.js';
import { fixturePatches } from '../../fixture-patches.js';
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

const never = new AbortController().signal;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-train-'));
});
afterEach(async () => {
  atStep.call = () => {};
  await rm(folder, { recursive: true });
});

describe('train', () => {
  it('leaves a run that says what it did', async () => {
    const terminal = createTestTerminal();
    const run = join(folder, 'run');
    const summary = await train(smallRun(run), terminal, never);

    expect((await readdir(run)).sort()).toEqual([
      'best.safetensors',
      'config.json',
      'last.safetensors',
      'log.csv',
      'log.jsonl',
      'metrics.json',
      'predictions-valid.csv',
      'report.html',
      'steps.csv',
    ]);
    const record = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    expect(record).toMatchObject({ config: { seed: 0, preset: 'demo', epochs: 3 } });
    expect(record).toMatchObject({ versions: { node: process.version }, engines: [{}] });
    expect(record.dataDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(summary).toMatchObject({ epochs: 3, steps: 15, best: { examples: 10, positives: 4 } });
    expect(terminal.notes.filter((note) => note.startsWith('epoch '))).toHaveLength(3);
    expect(terminal.notes.join('\n')).toContain('may be optimistic'); // no slide is known
  });

  it('keeps the predictions of the epoch with the best ROC AUC', async () => {
    const run = join(folder, 'run');
    const { bestEpoch } = await train(smallRun(run), createTestTerminal(), never);
    const [header = '', ...lines] = (await readFile(join(run, 'log.csv'), 'utf8'))
      .trim()
      .split('\n');
    const column = header.split(',').indexOf('roc_auc');
    const aucs = lines.map((line) => Number(line.split(',')[column]));
    expect(bestEpoch).toBe(aucs.indexOf(Math.max(...aucs)) + 1);

    const predictions = await readPredictions(join(run, 'predictions-valid.csv'));
    const [tumour, normal] = [1, 0].map((label) => predictions.filter((p) => p.label === label));
    let wins = 0; // the AUC by its definition: pairs in the right order, ties count half
    for (const { probability: high } of tumour ?? []) {
      for (const { probability: low } of normal ?? [])
        wins += high > low ? 1 : high === low ? 0.5 : 0;
    }
    const pairs = (tumour?.length ?? 0) * (normal?.length ?? 0);
    expect(wins / pairs).toBeCloseTo(Math.max(...aucs), 12);
  });

  it.each([3, 7, 14])(
    'goes on after an interruption at step %i as if it had none',
    async (step) => {
      const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
      await train(smallRun(whole), createTestTerminal(), never);

      const interruption = new AbortController();
      atStep.call = (current) => {
        if (current === step) interruption.abort(new InterruptedError('SIGINT', 'stop'));
      };
      await expect(
        train(smallRun(stopped), createTestTerminal(), interruption.signal),
      ).rejects.toThrow(InterruptedError);
      atStep.call = () => {};
      const { progress } = await loadCheckpoint(join(stopped, 'last.safetensors'));
      expect(progress?.step).toBe(step + 1); // the step under way is finished and kept
      await train({ ...smallRun(stopped), resume: true }, createTestTerminal(), never);

      const [a, b] = await Promise.all([whole, stopped].map(async (run) => withoutSeconds(run)));
      expect(b).toEqual(a);
      for (const name of [
        'last.safetensors',
        'best.safetensors',
        'predictions-valid.csv',
        'steps.csv',
      ]) {
        const [one, other] = await Promise.all(
          [whole, stopped].map((run) => readFile(join(run, name))),
        );
        expect(one?.equals(other as Buffer), name).toBe(true);
      }
    },
  );

  it('saves within an epoch, and goes on from there as if it had not been killed', async () => {
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    const saving = { checkpointEvery: '3steps' };
    const crash = new Error('killed'); // nothing after this step reaches the disk
    atStep.call = (step) => {
      if (step === 8) cpSync(whole, killed, { recursive: true });
      if (step === 8) throw crash;
    };
    await expect(train(smallRun(whole, saving), createTestTerminal(), never)).rejects.toBe(crash);
    await rm(whole, { recursive: true });
    atStep.call = () => {};
    const { progress } = await loadCheckpoint(join(killed, 'last.safetensors'));
    expect(progress).toMatchObject({ step: 6, epoch: 1, stepInEpoch: 1 });
    await writeFile(join(killed, '.last.safetensors.0123456789ab.tmp'), 'half');
    await train(smallRun(whole, saving), createTestTerminal(), never);
    await train({ ...smallRun(killed), resume: true }, createTestTerminal(), never);
    expect(await withoutSeconds(killed)).toEqual(await withoutSeconds(whole));
    expect((await readdir(killed)).sort()).toEqual((await readdir(whole)).sort());
    for (const name of ['last.safetensors', 'best.safetensors', 'steps.csv']) {
      const [one, other] = await Promise.all(
        [whole, killed].map((run) => readFile(join(run, name))),
      );
      expect(one?.equals(other as Buffer), name).toBe(true);
    }
  });

  it('saves when it is interrupted while it validates', async () => {
    const run = join(folder, 'run');
    const interruption = new AbortController();
    atStep.call = (current) => {
      if (current === 4) {
        setImmediate(() => interruption.abort(new InterruptedError('SIGTERM', 'stop')));
      }
    };
    const stopping = train(smallRun(run), createTestTerminal(), interruption.signal);
    await expect(stopping).rejects.toMatchObject({ signal: 'SIGTERM' });
    const { progress } = await loadCheckpoint(join(run, 'last.safetensors'));
    expect(progress).toMatchObject({ epoch: 0, step: 5, stepInEpoch: 5 });
  });

  it('keeps the steps before a fault, and goes on from them once it is mended', async () => {
    const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
    const images = join(folder, 'images');
    await cp(fixturePatches.images, images, { recursive: true });
    await train(smallRun(whole, { images }), createTestTerminal(), never);
    atStep.call = (step) => {
      if (step !== 6) return;
      for (const name of readdirSync(images)) writeFileSync(join(images, name), 'junk');
    };
    const broken = train(smallRun(stopped, { images, cache: 'off' }), createTestTerminal(), never);
    await expect(broken).rejects.toThrow(
      /Cannot read [\s\S]*\nThe run is saved after step \d+ \(epoch 2\); once this is mended, go on with: .*--resume/,
    );
    atStep.call = () => {};
    const moved = join(folder, 'moved');
    await cp(fixturePatches.images, moved, { recursive: true });
    const resumed = { ...smallRun(stopped, { images: moved }), resume: true };
    await train(resumed, createTestTerminal(), never);
    expect(await withoutSeconds(stopped)).toEqual(await withoutSeconds(whole));
    const record = JSON.parse(await readFile(join(stopped, 'config.json'), 'utf8'));
    expect(record).toMatchObject({ config: { images: moved }, engines: [{}] });
  });

  it('says when it goes on with another engine or processor, and keeps it on record', async () => {
    const run = join(folder, 'run');
    await train(smallRun(run, { epochs: 1 }), createTestTerminal(), never);
    const path = join(run, 'config.json');
    const record = JSON.parse(await readFile(path, 'utf8'));
    const former = {
      name: 'native',
      version: 'TensorFlow 1.0',
      device: 'CPU',
      processor: 'Abacus, 7 cores',
    };
    await writeFile(path, JSON.stringify({ ...record, engines: [former] }));
    const terminal = createTestTerminal();
    await train({ ...smallRun(run, { epochs: 1 }), resume: true }, terminal, never);
    expect(terminal.notes.join('\n')).toContain(
      'ran on native (TensorFlow 1.0, CPU) on Abacus, 7 cores and goes on with',
    );
    const { engines } = JSON.parse(await readFile(path, 'utf8'));
    expect(engines).toEqual([former, ...record.engines]);
  });

  it('may be started again in its folder if it failed before its first checkpoint', async () => {
    const run = join(folder, 'run');
    const tooLarge = train(smallRun(run, { crop: 100 }), createTestTerminal(), never);
    await expect(tooLarge).rejects.toThrow(UserError);
    await train(smallRun(run, { epochs: 1 }), createTestTerminal(), never);
  });

  it('leaks no tensor', async () => {
    await train(smallRun(join(folder, 'first')), createTestTerminal(), never);
    const before = tf.memory().numTensors;
    await train(smallRun(join(folder, 'second')), createTestTerminal(), never);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a folder that holds a run', async () => {
    const run = join(folder, 'run');
    await train(smallRun(run, { epochs: 1 }), createTestTerminal(), never);
    const saved = await readFile(join(run, 'last.safetensors'));
    await expect(train(smallRun(run), createTestTerminal(), never)).rejects.toThrow(/--resume/);
    expect(saved.equals(await readFile(join(run, 'last.safetensors')))).toBe(true);
  });

  it('refuses to resume with other settings, naming each', async () => {
    const run = join(folder, 'run');
    await train(smallRun(run, { epochs: 1 }), createTestTerminal(), never);
    const other = { ...smallRun(run, { epochs: 2, seed: 1 }), resume: true };
    await expect(train(other, createTestTerminal(), never)).rejects.toThrow(
      /--epochs: expected 1, got 2[\s\S]*--seed: expected 0, got 1/,
    );
  });

  it('refuses to resume on other patches', async () => {
    const labels = join(folder, 'labels.csv');
    const rows = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
    await writeFile(labels, rows.join('\n'));
    const run = join(folder, 'run');
    await train(smallRun(run, { epochs: 1, labels }), createTestTerminal(), never);
    await writeFile(labels, [rows[0], ...rows.slice(1).reverse()].join('\n'));
    const resumed = { ...smallRun(run, { epochs: 1, labels }), resume: true };
    await expect(train(resumed, createTestTerminal(), never)).rejects.toThrow(/digest/);
  });

  it('refuses to resume where there is no run, and makes no folder for it', async () => {
    const run = join(folder, 'nothing');
    const resumed = { ...smallRun(run), resume: true };
    await expect(train(resumed, createTestTerminal(), never)).rejects.toThrow(UserError);
    expect(existsSync(run)).toBe(false);
  });

  it('stops at a loss that is not finite, and names the step', async () => {
    const run = join(folder, 'run');
    const wild = smallRun(run, { maxLr: 1e30 });
    await expect(train(wild, createTestTerminal(), never)).rejects.toThrow(/finite[\s\S]*--max-lr/);
  });

  it('writes nothing when the labels have faults', async () => {
    const labels = join(folder, 'labels.csv');
    await writeFile(labels, 'id,label\nmissing,1\nother,2\n');
    const run = join(folder, 'run');
    await expect(train(smallRun(run, { labels }), createTestTerminal(), never)).rejects.toThrow(
      UserError,
    );
    expect(existsSync(run)).toBe(false);
  });
});

async function withoutSeconds(run: string): Promise<string[]> {
  const log = await readFile(join(run, 'log.csv'), 'utf8');
  return log.split('\n').map((line) => line.replace(/,[^,]*$/, ''));
}
