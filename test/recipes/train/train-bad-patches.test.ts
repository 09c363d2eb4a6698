import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { type TrainOptions, train } from '../../../src/recipes/train/train.js';
import { trainFolds } from '../../../src/recipes/train/train-folds.js';
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
const [, ...rows] = readFileSync(fixturePatches.labels, 'utf8').trim().split(/\r?\n/);
const ids = rows.map((row) => row.split(',')[0] as string);
const [bad = ''] = ids.slice(20); // trains: the first 128 rows do
let folder = '';
let images = '';
const fileOf = (id: string) => join(images, `${id}.tif`);
const spoil = (id: string) => writeFileSync(fileOf(id), '');
const mend = (id: string) => copyFileSync(join(fixturePatches.images, `${id}.tif`), fileOf(id));
const json = async (run: string, file: string) =>
  JSON.parse(await readFile(join(folder, run, file), 'utf8'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-bad-'));
  images = join(folder, 'images');
  await cp(fixturePatches.images, images, { recursive: true });
});
afterEach(async () => {
  atStep.call = () => {};
  await rm(folder, { recursive: true });
});

/** Two epochs of eight steps on the 160 patches, the first 128 rows of which train. */
const run = (name: string, flags = {}): TrainOptions =>
  smallRun(join(folder, name), {
    ...{ images, limit: null, split: 'rows', epochs: 2, batchSize: 16, onBadPatch: 'skip' },
    ...flags,
  });

async function expectSameTraining(one: string, other: string, files: readonly string[]) {
  for (const file of files) {
    const [a, b] = await Promise.all(
      [one, other].map((name) => readFile(join(folder, name, file))),
    );
    expect(a?.equals(b as Buffer), file).toBe(true);
  }
}
const learnt = ['steps.csv', 'predictions-valid.csv'];

describe('train with --on-bad-patch skip', () => {
  it('is as if the patch had been excluded by hand, and says what it left out', async () => {
    spoil(bad);
    const terminal = createTestTerminal();
    const summary = await train(run('skip'), terminal, never);
    const exclude = join(folder, 'exclusions.csv');
    writeFileSync(exclude, `id\n${bad}\n`);
    await train(run('excluded', { exclude, onBadPatch: 'fail' }), createTestTerminal(), never);
    await expectSameTraining('skip', 'excluded', learnt);

    const why = 'expected an image, got an empty file; copy it anew';
    const skipped = [{ id: bad, path: fileOf(bad), why }];
    expect(summary.skippedPatches).toEqual(skipped);
    expect(await json('skip', 'config.json')).toMatchObject({ skipped });
    expect(await json('skip', 'metrics.json')).toMatchObject({ skipped_patches: skipped });
    const said = `1 patch of 160 (0.63 %) left out as not usable: "${bad}" (${why})`;
    expect(terminal.notes).toContain(`Note: ${said}`);
    expect((await json('skip', 'metrics.json')).notes[0]).toBe(said);
    const page = await readFile(join(folder, 'skip', 'report.html'), 'utf8');
    expect(page).toMatch(new RegExp(`Patches left out[\\s\\S]*${bad}[\\s\\S]*got an empty file`));
  });

  it('goes on without the same patch though it has been mended, or the data moved', async () => {
    spoil(bad);
    await train(run('whole'), createTestTerminal(), never);
    for (const name of ['stopped', 'moved']) {
      spoil(bad);
      const interruption = new AbortController();
      atStep.call = (step) => {
        if (step === 5) interruption.abort(new InterruptedError('SIGINT', 'stop'));
      };
      const stopping = train(run(name), createTestTerminal(), interruption.signal);
      await expect(stopping).rejects.toThrow(InterruptedError);
      atStep.call = () => {};
      mend(bad);
      const elsewhere = join(folder, 'elsewhere');
      if (name === 'moved') cpSync(images, elsewhere, { recursive: true });
      const flags = { onBadPatch: 'fail', images: name === 'moved' ? elsewhere : images };
      await train({ ...run(name, flags), resume: true }, createTestTerminal(), never);
      await expectSameTraining('whole', name, learnt);
    }
    const path = join(folder, 'elsewhere', `${bad}.tif`);
    expect((await json('moved', 'config.json')).skipped).toMatchObject([{ id: bad, path }]);
  });

  it('leaves a patch that disappears out of its batches from then on, and lists it', async () => {
    await train(run('whole', { cache: 'off' }), createTestTerminal(), never);
    atStep.call = (step) => {
      if (step === 6) rmSync(fileOf(bad), { force: true });
    };
    const terminal = createTestTerminal();
    const lost = { id: bad, path: fileOf(bad) };
    const summary = await train(run('lost', { cache: 'off' }), terminal, never);
    expect(summary.steps).toBe(16);
    expect(summary.skippedPatches).toMatchObject([lost]);
    expect(terminal.notes.filter((note) => note.includes('it is left out'))).toEqual([
      `Note: Cannot read patch "${fileOf(bad)}": expected an image, got nothing at this path: put the file back; it is left out`,
    ]);
    expect(await json('lost', 'config.json')).toMatchObject({ skipped: [] });
    const { skipped_patches, notes } = await json('lost', 'metrics.json');
    expect(skipped_patches).toMatchObject([lost]);
    expect(notes[0]).toContain('1 patch went bad during the run, which from then on was without');
    expect(
      (await loadCheckpoint(join(folder, 'lost', 'last.safetensors'))).card.lost,
    ).toMatchObject([lost]);
    const steps = async (name: string) =>
      (await readFile(join(folder, name, 'steps.csv'), 'utf8')).split('\n').slice(0, 7);
    expect(await steps('lost')).toEqual(await steps('whole')); // the steps before
  });

  it('validates on the patches that are left', async () => {
    const last = ids.at(-3) as string;
    atStep.call = (step) => {
      if (step === 12) rmSync(fileOf(last), { force: true });
    };
    const { best } = await train(run('valid', { cache: 'off' }), createTestTerminal(), never);
    const { examples, skipped_patches } = await json('valid', 'metrics.json');
    expect(examples).toBe(best.examples);
    expect([31, 32]).toContain(examples); // the best epoch is the first or the second
    expect(skipped_patches).toMatchObject([{ id: last }]);
  });

  it('passes over a step whose batch is left with one patch', async () => {
    const flags = { cache: 'off', batchSize: 2, epochs: 1, shuffle: false };
    atStep.call = (step) => {
      if (step === 2) rmSync(fileOf(ids[100] as string), { force: true });
    };
    const summary = await train(run('pairs', flags), createTestTerminal(), never);
    expect(summary).toMatchObject({ epochs: 1, steps: 63 }); // of 64
  });

  it('fails before step 1 where more than 1 % are bad, and names them', async () => {
    spoil(bad);
    spoil(ids[140] as string);
    const training = train(run('many'), createTestTerminal(), never);
    await expect(training).rejects.toBeInstanceOf(UserError);
    await expect(training).rejects.toThrow(
      `expected at most 1 % that cannot be used (1 of 160), got 2 already, such as\n  "${fileOf(bad)}": expected an image, got an empty file`,
    );
    expect(existsSync(join(folder, 'many', 'config.json'))).toBe(false);
  });

  it('fails during the run once they are more, and says how to go on', async () => {
    atStep.call = (step) => {
      if (step === 9) for (const id of ids.slice(0, 128)) rmSync(fileOf(id), { force: true });
    };
    const training = train(run('vanished', { cache: 'off' }), createTestTerminal(), never);
    await expect(training).rejects.toThrow(
      /got 2 already[\s\S]*\nThe run is saved after step \d+ \(epoch 2\); once this is mended, go on with: histo train --resume/,
    );
  });

  it('leaves the same patches out of all folds, though they are mended in between', async () => {
    spoil(bad);
    const flags = { split: 'stratified', folds: 2, epochs: 1 };
    await trainFolds(run('folds', { ...flags, fold: 1 }), createTestTerminal(), never);
    mend(bad);
    await trainFolds(run('folds', { ...flags, fold: 2 }), createTestTerminal(), never);
    const [one, two] = await Promise.all(
      [1, 2].map((fold) => json('folds', `fold-${fold}/config.json`)),
    );
    expect(two.skipped).toEqual(one.skipped);
    expect(one.skipped).toMatchObject([{ id: bad }]);
    const scored = await Promise.all(
      [1, 2].map((fold) => json('folds', `fold-${fold}/metrics.json`)),
    );
    expect(scored[0].examples + scored[1].examples).toBe(159);
  });
});

describe('train without it', () => {
  it('fails before step 1, names the file and the remedy, and leaves no checkpoint', async () => {
    spoil(bad);
    const training = train(run('fail', { onBadPatch: 'fail' }), createTestTerminal(), never);
    await expect(training).rejects.toThrow(
      new UserError(
        `Cannot read patch "${fileOf(bad)}": expected an image, got an empty file; copy it anew, or leave patches like it out with --on-bad-patch skip`,
      ),
    );
    expect(existsSync(join(folder, 'fail', 'config.json'))).toBe(false);
  });
});
