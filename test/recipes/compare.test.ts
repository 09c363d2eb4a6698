import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../../src/errors.js';
import { type CompareOptions, compare } from '../../src/recipes/compare.js';
import { fixturePatches } from '../fixture-patches.js';
import { createTestTerminal } from '../test-terminal.js';

const never = new AbortController().signal;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-compare-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** Predictions by margin: the logits are 0 and the margin. */
function withLogits(
  name: string,
  margins: Readonly<Record<string, [label: 0 | 1, margin: number]>>,
) {
  const rows = Object.entries(margins).map(
    ([id, [label, margin]]) => `${id},${label},${1 / (1 + Math.exp(-margin))},0,${margin}`,
  );
  return file(name, ['id,label,probability,logit_0,logit_1', ...rows]);
}

function options(first: string, second: string, others: Partial<CompareOptions> = {}) {
  return { first, second, labels: null, groupColumn: null, images: null, out: null, ...others };
}

// Ranked without a fault by A; by B, n2 scores above t1 and t3: two of nine pairs are wrong.
const margins = {
  t1: [1, 1],
  t2: [1, 3],
  t3: [1, 2],
  n1: [0, -1],
  n2: [0, -2],
  n3: [0, -3],
} as const;
const others = {
  n3: [0, -3],
  n2: [0, 2],
  n1: [0, -1],
  t3: [1, 1],
  t2: [1, 3],
  t1: [1, -0.5],
} as const;
const a = () => withLogits('a.csv', margins as never);
const b = () => withLogits('b.csv', others as never);

describe('compare', () => {
  it('joins by id and gives both figures, the difference and where they disagree', async () => {
    const report = await compare(options(await a(), await b()), createTestTerminal(), never);
    const { figures, mcnemar, disagreements } = report;
    expect(report).toMatchObject({ examples: 6, positives: 3, negatives: 3, groups: null });
    expect(figures.roc_auc).toMatchObject({ first: 1, second: expect.closeTo(7 / 9, 12) });
    expect(figures.roc_auc.difference).toBeCloseTo(2 / 9, 12);
    expect(figures.accuracy).toMatchObject({ first: 1, second: expect.closeTo(4 / 6, 12) });
    // t1 and n2 alone differ: two of two for A, by chance in 2 * 1/4 of the cases
    expect(mcnemar).toEqual({ only_first_right: 2, only_second_right: 0, p_value: 0.5 });
    expect(disagreements.map(({ id }) => id)).toEqual(['n2', 't1', 't3']);
    expect(report.first).toEqual({
      path: join(folder, 'a.csv'),
      file: join(folder, 'a.csv'),
      leakage: null,
      clipped: null,
    });
  });

  it('carries the leak that the figures beside predictions tell of', async () => {
    const [first, second] = [await a(), await b()];
    const leakage = { train_twins: 1, shared_slides: 0, examples: [], text: '1 of 6 patches' };
    await writeFile(join(folder, 'metrics.json'), JSON.stringify({ leakage }));
    const report = await compare(options(first, second), createTestTerminal(), never);
    expect(report.first.leakage).toBe('1 of 6 patches');
    await writeFile(join(folder, 'metrics.json'), '{');
    const other = await compare(options(first, second), createTestTerminal(), never);
    expect(other.first.leakage).toBeNull();
  });

  it('takes probabilities alone with labels from elsewhere, and says what it made of them', async () => {
    const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin));
    const probabilities = Object.entries(others).map(
      ([id, [, margin]]) => `${sigmoid(margin)},x,${id}`,
    );
    const plain = await file('p.csv', ['probability,tool,id', ...probabilities]);
    const rows = Object.entries(margins).map(([id, [label]]) => `${id},${label}`);
    const labels = await file('labels.csv', ['id,label', ...rows, 'unused,1']);
    const terminal = createTestTerminal();
    const report = await compare(options(await a(), plain, { labels }), terminal, never);
    const expected = await compare(options(await a(), await b()), createTestTerminal(), never);
    for (const name of ['roc_auc', 'accuracy', 'log_loss', 'brier'] as const) {
      const [got, wanted] = [report.figures[name].second, expected.figures[name].second];
      expect(got, name).toBeCloseTo(wanted as number, 10);
    }
    expect(report.second.clipped).toBe(0);
    expect(terminal.notes).toEqual([
      `Note: "${plain}" has probabilities alone: figures are of their log-odds, kept 2.2e-16 from 0 and 1 as scikit-learn does`,
    ]);
  });

  it("clips 0 and 1 as scikit-learn's log_loss does, and counts them", async () => {
    const certain = await file('certain.csv', ['id,probability', 't,0', 'n,1', 'm,0.5']);
    const labels = await file('labels.csv', ['id,label', 't,1', 'n,0', 'm,0']);
    const terminal = createTestTerminal();
    const report = await compare(options(certain, certain, { labels }), terminal, never);
    // log_loss([1, 0, 0], [0., 1., .5]) of scikit-learn: (36.04365338911715 * 2 + log 2) / 3
    expect(report.figures.log_loss.first).toBeCloseTo((2 * 36.04365338911715 + Math.LN2) / 3, 10);
    expect(report.first.clipped).toBe(2);
    expect(terminal.notes[0]).toContain('; 2 were beyond and are tied now');
    expect(report.disagreements).toEqual([]);
  });

  it('draws whole slides where a column of the labels names them', async () => {
    const rows = Object.entries(margins).map(([id, [label]], at) => `${id},${label},s${at % 3}`);
    const labels = await file('labels.csv', ['id,label,slide', ...rows]);
    const report = await compare(
      options(await a(), await b(), { labels, groupColumn: 'slide' }),
      createTestTerminal(),
      never,
    );
    expect(report.groups).toBe(3);
    expect(report.figures.accuracy.interval?.method).toBe('cluster bootstrap');
  });

  it('lets given labels hold in place of those of the predictions', async () => {
    const rows = Object.entries(margins).map(([id, [label]]) => `${id},${1 - label}`);
    const labels = await file('labels.csv', ['id,label', ...rows]);
    const report = await compare(
      options(await a(), await a(), { labels }),
      createTestTerminal(),
      never,
    );
    expect(report.figures.roc_auc.first).toBe(0);
  });

  it('writes the same as JSON, and a page', async () => {
    const out = join(folder, 'out');
    const report = await compare(
      options(await a(), await b(), { out }),
      createTestTerminal(),
      never,
    );
    expect((await readdir(out)).sort()).toEqual(['compare.html', 'compare.json']);
    expect(JSON.parse(await readFile(join(out, 'compare.json'), 'utf8'))).toEqual(report);
    const page = await readFile(join(out, 'compare.html'), 'utf8');
    expect(page).toContain('+0.2222');
    expect(page).toContain('name the folder of the patches with <code>--images</code>');
    expect(page).not.toContain('<img');
  });

  it('shows the patches where it is told where they are', async () => {
    const [header, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
    expect(header).toBe('id,label');
    const patches = rows.slice(0, 40).map((row) => row.split(',') as [string, '0' | '1']);
    const [one, other] = await Promise.all(
      [0.3, 0.7].map((share, model) =>
        withLogits(
          `${model}.csv`,
          Object.fromEntries(
            patches.map(([id, label], at) => [id, [label === '1' ? 1 : 0, share * at - 10]]),
          ) as never,
        ),
      ),
    );
    const out = join(folder, 'out');
    const { images } = fixturePatches;
    await compare(
      options(one as string, other as string, { images, out }),
      createTestTerminal(),
      never,
    );
    const page = await readFile(join(out, 'compare.html'), 'utf8');
    expect(page.match(/<img src="data:image\/png/g)).toHaveLength(16);
  });

  it('writes nothing when it is interrupted', async () => {
    const out = join(folder, 'out');
    const stopped = AbortSignal.abort(new InterruptedError('SIGINT', 'stop'));
    const comparing = compare(
      options(await a(), await b(), { out }),
      createTestTerminal(),
      stopped,
    );
    await expect(comparing).rejects.toThrow(InterruptedError);
    expect(await readdir(out)).toEqual([]);
  });
});

describe('compare refuses', () => {
  const refused = (given: CompareOptions) =>
    expect(compare(given, createTestTerminal(), never)).rejects;

  it('probabilities without labels', async () => {
    const plain = await file('p.csv', ['id,probability', 't1,0.5']);
    await refused(options(plain, plain)).toThrow(
      new UserError(
        `Cannot use predictions "${plain}": expected a label of each patch, got the columns id and probability alone; name a CSV file with the columns id and label with --labels`,
      ),
    );
  });

  it('labels that lack patches', async () => {
    const labels = await file('labels.csv', ['id,label', 't1,1', 'n1,0']);
    const path = await a();
    await refused(options(path, path, { labels })).toThrow(
      `expected a label of each patch in "${labels}", got none of 4 of 6 ("t2", "t3", "n2", …); add their rows`,
    );
  });

  it('a picture that is not there, before anything is written', async () => {
    const out = join(folder, 'out');
    const { images } = fixturePatches;
    await refused(options(await a(), await b(), { images, out })).toThrow(
      new UserError(
        `Cannot show patch "n2": expected its file in "${images}", got none; name the folder of the patches with --images, or leave it out`,
      ),
    );
    expect(await readdir(out)).toEqual([]);
  });

  it('a place where its report would replace predictions or labels', async () => {
    const path = join(await a(), '..', 'compare.json');
    await writeFile(path, await readFile(join(folder, 'a.csv')));
    await refused(options(path, await b(), { out: folder })).toThrow(
      `Cannot write "${path}": expected a file that nothing is read from`,
    );
  });

  it('a place where its report cannot be written', async () => {
    const out = await file('file', []);
    await refused(options(await a(), await b(), { out })).toThrow(
      /^Cannot write ".*compare\.json"/,
    );
  });
});
