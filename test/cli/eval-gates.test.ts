import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { GateError, UserError } from '../../src/errors.js';
import { train } from '../../src/recipes/train/train.js';
import { readPredictions, writePredictions } from '../../src/report/predictions-csv.js';
import { fixturePatches } from '../fixture-patches.js';
import { smallRun } from '../recipes/fixture.js';
import { createTestTerminal, type TestTerminal } from '../test-terminal.js';
import { runHisto } from './run-command.js';

const never = new AbortController().signal;
let folder = '';
let evaluation: string[] = [];
let predictions = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-gates-'));
  const run = join(folder, 'run');
  await train(smallRun(run, { epochs: 1 }), createTestTerminal(), never);
  const { labels, images } = fixturePatches;
  evaluation = ['eval', run, '--labels', labels, '--images', images, '--batch-size', '32'];
  evaluation.push('--allow-leakage'); // they trained it
  await runHisto(...evaluation, '--out', join(folder, 'evaluation'));
  predictions = join(folder, 'evaluation', 'predictions.csv');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs an evaluation that fails: what it had said, and why. */
async function failing(...flags: readonly string[]) {
  const terminal = createTestTerminal();
  const error: unknown = await runWith(terminal, [...evaluation, ...flags]).catch(
    (thrown) => thrown,
  );
  return { terminal, error: error as Error };
}

async function runWith(terminal: TestTerminal, args: readonly string[]): Promise<void> {
  await createProgram(terminal, never).parseAsync(args, { from: 'user' });
}

/** Predictions of a model that ranks all tumour above all normal patches, written in another order. */
async function perfectBaseline(changes: { readonly label?: 0 | 1; readonly count?: number } = {}) {
  const path = join(folder, 'perfect.csv');
  const rows = await readPredictions(predictions);
  const perfect = rows.map((row, at) => {
    const logits = [0, row.label === 1 ? 5 + (at % 7) : -5 - (at % 7)] as const;
    return { ...row, label: at === 3 ? (changes.label ?? row.label) : row.label, logits };
  });
  await writePredictions(path, perfect.reverse().slice(0, changes.count ?? rows.length));
  return path;
}

describe('histo eval with gates', () => {
  it('tells all gates that were missed at once, after the figures, and writes them', async () => {
    const [out, junit] = [join(folder, 'gated'), join(folder, 'new', 'gates.xml')];
    const baseline = ['--baseline', await perfectBaseline(), '--no-regression'];
    const { terminal, error } = await failing(
      ...['--fail-under', 'accuracy=1,roc_auc=0', '--fail-under', 'brier=0', '--out', out],
      ...['--fail-under-lower', 'roc_auc=0.999,ece=1', ...baseline, '--junit', junit],
    );
    expect(error).toBeInstanceOf(GateError);
    const [head, ...misses] = error.message.split('\n');
    expect(head).toBe('Cannot pass 4 of 6 gates:');
    expect(misses).toEqual([
      expect.stringMatching(/^ {2}accuracy: expected at least 1, got 0\.\d+, short by 0\.\d+$/),
      expect.stringMatching(/^ {2}brier: expected at most 0, got 0\.\d+, over by 0\.\d+$/),
      expect.stringMatching(
        /^ {2}roc_auc: .*the lower end of its 95 % interval \(DeLong\), got 0\./,
      ),
      expect.stringMatching(
        /^ {2}roc_auc: expected no significant regression, .* after 1\.0000 of/,
      ),
    ]);
    expect(terminal.results.join('\n')).toContain('ROC AUC');
    const metrics = JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'));
    expect(metrics.baseline).toMatchObject({ roc_auc: 1, interval: { method: 'DeLong' } });
    const xml = await readFile(junit, 'utf8');
    expect(xml).toContain('tests="6" failures="4"');
    for (const miss of misses) expect(xml).toContain(`>${miss.trim()}</failure>`);
  });

  it('passes where all are met, and writes that too', async () => {
    const junit = join(folder, 'passed.xml');
    const met = ['--fail-under', 'roc_auc=0', '--baseline', join(folder, 'evaluation')];
    const { notes } = await runHisto(...evaluation, ...met, '--no-regression', '--junit', junit);
    expect(await readFile(junit, 'utf8')).toContain('tests="2" failures="0"');
    expect(notes.at(-1)).toMatch(/difference \+0\.0000 \(no interval for these patches\)$/);
  });

  it('only tells of the baseline without --no-regression', async () => {
    const path = await perfectBaseline();
    const { notes, results } = await runHisto(...evaluation, '--json', '--baseline', path);
    expect(notes.at(-1)).toMatch(/after 1\.0000 of ".*perfect\.csv": difference -0\.\d+ \(95 % -/);
    const { baseline, roc_auc } = JSON.parse(results.join('\n'));
    expect(baseline).toMatchObject({ path, roc_auc: 1 });
    expect(baseline.difference).toBeCloseTo(roc_auc - 1, 9);
    expect(baseline.interval.high).toBeLessThan(0);
    expect(baseline.p_value).toBeLessThan(0.05);
  });

  it.each([
    [{ label: 1, count: 160 }, / that differ \(".*" is [01] and [01]/],
    [{ count: 150 }, / in ".*train_labels\.csv" alone \(/],
  ] as const)(
    'refuses a baseline of other patches or labels before scoring (%j)',
    async (changes, got) => {
      const rows = await readPredictions(predictions);
      const label = rows[3]?.label === 1 ? 0 : 1;
      const path = await perfectBaseline('label' in changes ? { label } : changes);
      const { terminal, error } = await failing('--baseline', path);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(got);
      expect(terminal.results).toEqual([]);
    },
  );
});

describe('histo eval with gates that cannot be held', () => {
  it.each([
    ['--no-regression without --baseline', ['--no-regression'], 'name one with --baseline'],
    ['--junit without a gate', ['--junit', 'gates.xml', '--baseline', '.'], 'add --fail-under'],
    ['an unknown figure', ['--fail-under', 'roc_auc=0,auc=1'], 'got "auc"'],
    [
      'a figure without a better way',
      ['--fail-under-lower', 'calibration_slope=1'],
      'expected one of',
    ],
    ['a figure that no patches can give', ['--fail-under', 'roc_auc=95'], 'from 0 to 1'],
    ['plots without a folder', ['--png'], 'expected --out FOLDER for the plots, got none'],
    ['a baseline that is none', ['--baseline', 'no-such-folder'], 'got nothing there'],
  ])('refuses %s', async (_, flags, message) => {
    const { terminal, error } = await failing(...flags);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(message);
    expect(terminal.results).toEqual([]);
  });

  it('refuses to write into the folder of a run, whose figures it would replace', async () => {
    const run = evaluation[1] as string;
    const figures = await readFile(join(run, 'metrics.json'), 'utf8');
    const { terminal, error } = await failing('--out', run);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      `Cannot write an evaluation into "${run}": expected a folder without a run, got one with last.safetensors, whose metrics.json and report.html would be replaced; choose another --out`,
    );
    expect(terminal.notes).toEqual([]);
    expect(await readFile(join(run, 'metrics.json'), 'utf8')).toBe(figures);
  });

  it('refuses to replace what it reads: labels, checkpoint, baseline', async () => {
    const [checkpoint, evaluated] = [
      join(evaluation[1] as string, 'best.safetensors'),
      join(folder, 'evaluation'),
    ];
    for (const junit of [fixturePatches.labels, checkpoint]) {
      const { error } = await failing('--fail-under', 'roc_auc=0', '--junit', junit);
      expect(error.message).toMatch(
        `Cannot write "${junit}": expected a file that nothing is read`,
      );
    }
    const { error } = await failing('--baseline', evaluated, '--out', evaluated);
    expect(error.message).toMatch(
      /^Cannot write ".*predictions\.csv": expected a file that nothing/,
    );
  });

  it('says before scoring that the JUnit file cannot be written', async () => {
    const junit = join(folder, 'blocked.xml');
    await mkdir(junit);
    const { terminal, error } = await failing('--junit', junit, '--fail-under', 'roc_auc=0');
    expect(error.message).toMatch(/^Cannot write ".*blocked\.xml": a folder stands there/);
    expect(terminal.results).toEqual([]);
  });
});
