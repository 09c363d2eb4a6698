import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GateError, UserError } from '../../src/errors.js';
import { trainFolds } from '../../src/recipes/train/train-folds.js';
import { smallRun } from '../recipes/fixture.js';
import { createTestTerminal } from '../test-terminal.js';
import { runHisto } from './run-command.js';

let folder = '';
let run = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-cli-folds-'));
  run = join(folder, 'run');
  const options = smallRun(run, { limit: 24, epochs: 1, folds: 2 });
  await trainFolds(options, createTestTerminal(), new AbortController().signal);
});
afterAll(() => rm(folder, { recursive: true }));

describe('histo eval without --labels', () => {
  it('sums up the folds of a run, or those that are named', async () => {
    for (const runs of [[run], [join(run, 'fold-1'), join(run, 'fold-2')]]) {
      const { results } = await runHisto('eval', ...runs);
      expect(results[0]).toMatch(/^patches +24 \(/);
      expect(results[0]).toMatch(/^fold +best epoch +patches/m);
      expect(results[0]).toMatch(/^Note: no slide is known/m);
    }
  });

  it('prints one JSON object', async () => {
    const { results, notes } = await runHisto('eval', run, '--json');
    expect(JSON.parse(results.join())).toMatchObject({ examples: 24, folds: [{}, {}] });
    expect(notes).toEqual([]);
  });

  it('holds the pooled figures to gates', async () => {
    await runHisto('eval', run, '--fail-under', 'accuracy=0');
    await expect(runHisto('eval', run, '--fail-under', 'brier=0')).rejects.toThrow(GateError);
  });

  it('refuses to write into a fold, whose figures it would replace', async () => {
    const evaluating = runHisto('eval', run, '--out', join(run, 'fold-1'));
    await expect(evaluating).rejects.toThrow(/^Cannot write an evaluation into ".*fold-1"/);
  });

  it('refuses flags that say how patches are scored', async () => {
    const evaluating = runHisto('eval', run, '--tta', 'd4', '--limit', '3', '--ensemble', 'x');
    await expect(evaluating).rejects.toThrow(UserError);
    await expect(evaluating).rejects.toThrow(
      `Cannot use --ensemble, --tta, --limit on "${run}": expected --labels FILE and --images FOLDER beside it`,
    );
  });
});

describe('histo eval with --labels', () => {
  it('refuses several checkpoints, and points to --ensemble', async () => {
    const evaluating = runHisto('eval', 'a', 'b', '--labels', 'l.csv', '--images', 'train');
    await expect(evaluating).rejects.toThrow(
      new UserError(
        'Cannot score with "b": expected one checkpoint before --labels, got 2; average several with --ensemble, or leave --labels and --images out to sum up folds',
      ),
    );
  });

  it.each([
    [['--labels', 'l.csv'], '--labels'],
    [['--images', 'train'], '--images'],
  ])('refuses %j alone', async (flags, got) => {
    await expect(runHisto('eval', 'a', ...flags)).rejects.toThrow(
      `Cannot score with "a": expected both --labels FILE and --images FOLDER, got ${got} alone; add the other`,
    );
  });
});
