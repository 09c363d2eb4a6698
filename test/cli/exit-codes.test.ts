import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint } from '../../src/checkpoint/checkpoint.js';
import { packageFolder } from '../../src/package-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { runHisto } from '../run-histo.js';

const data = ['--labels', fixturePatches.labels, '--images', fixturePatches.images];
const trained = [...data, '--allow-leakage']; // for a run on these very patches
const small = ['--preset', 'demo', '--limit', '40', '--batch-size', '8'];
const histo = join(packageFolder, 'dist/bin/histo.js');
let folder = '';
let run = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-cli-'));
  run = join(folder, 'run');
  const { code, stderr } = await runHisto([
    'train',
    ...data,
    ...small,
    '--epochs',
    '1',
    '--out',
    run,
  ]);
  expect(stderr).toContain('epoch 1/1');
  expect(code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe('exit code 0', () => {
  it('is that of help and version, on standard output', async () => {
    expect(await runHisto(['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect(await runHisto(['train', '--help'])).toMatchObject({ code: 0, stderr: '' });
    expect((await runHisto(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('comes with one JSON object on standard output and nothing else', async () => {
    const { code, stdout } = await runHisto(['eval', run, ...trained, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    for (const key of ['examples', 'positives', 'loss', 'accuracy', 'roc_auc']) {
      expect(report[key], key).toBeTypeOf('number');
    }
  });

  it('comes with silence on standard error where it is asked for', async () => {
    const { stdout, stderr } = await runHisto(['--quiet', 'eval', run, ...trained]);
    expect(stderr).toBe('');
    expect(stdout).toContain('ROC AUC');
  });
});

describe('exit code 2', () => {
  const mistakes: [string, string[], RegExp][] = [
    ['an unknown command', ['trian'], /unknown command 'trian'/],
    ['an unknown flag', ['train', '--out', 'x', '--epoch', '3'], /unknown option '--epoch'/],
    ['a missing flag', ['train', ...data], /required option '--out <run>'/],
    [
      'a number that is none',
      ['train', ...data, '--weights', 'none', '--out', 'x', '--epochs', 'ten'],
      /--epochs: expected a whole number.*"ten"/,
    ],
    [
      'a preset that is none',
      ['train', ...data, '--out', 'x', '--preset', 'fast'],
      /one of default, reference, quick/,
    ],
    [
      'a checkpoint that is missing',
      ['eval', 'no-such-run', ...data],
      /no-such-run.*nothing there/,
    ],
    [
      'labels that are missing',
      ['eval', '.', '--labels', 'none.csv', '--images', '.'],
      /best\.safetensors/,
    ],
    ['a gate on an unknown figure', ['eval', '.', ...data, '--fail-under', 'auc=1'], /roc_auc/],
    ['a baseline that is missing', ['eval', '.', ...data, '--no-regression'], /--baseline/],
    ['an unknown augmentation', ['eval', '.', ...data, '--tta', 'd8'], /Allowed choices are d4/],
    ['an unknown engine', ['eval', '.', ...data, '--engine', 'gpu'], /auto, native, onnx, wasm/],
  ];
  it.each(mistakes)('is that of %s, without a stack', async (_, parameters, message) => {
    const { code, stdout, stderr } = await runHisto(parameters);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync('x')).toBe(false);
  });

  it('comes with the faults of a labels file, all at once', async () => {
    const labels = join(folder, 'faulty.csv');
    await writeFile(labels, 'id,label\na,2\nb/c,1\n');
    const { code, stderr } = await runHisto(['eval', run, '--labels', labels, '--images', folder]);
    expect(stderr).toMatch(/row 2[\s\S]*row 3/);
    expect(code).toBe(2);
  });

  it.each([
    ['train', '', ['train', ...data, ...small]],
    ['train', 'sub', ['train', ...data, ...small]],
    ['predict', 'x.csv', ['predict', 'RUN', '--images', fixturePatches.images]],
  ])('is that of a file where %s needs a folder (FILE/%s)', async (_, sub, command) => {
    const file = join(folder, 'file.txt');
    await writeFile(file, 'old');
    const parameters = command.map((word) => (word === 'RUN' ? run : word));
    const finished = await runHisto([...parameters, '--out', join(file, sub)]);
    expect(finished.stderr).toMatch(
      /Cannot write ".*file\.txt.*": a file stands where a folder is needed: choose another name\n$/,
    );
    expect(finished).toMatchObject({ code: 2, stdout: '' });
  });

  it.runIf(existsSync('/dev/full'))('is that of results that cannot be written', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" --help > /dev/full', process.execPath, histo],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(/^histo: Cannot write to standard output: ENOSPC.*\n$/);
    expect(status).toBe(2);
  });
});

describe('exit code 3', () => {
  it('is that of a gate that was not met, after the figures', async () => {
    const gates = ['--fail-under', 'accuracy=1', '--fail-under', 'roc_auc=0'];
    const { code, stdout, stderr } = await runHisto(['eval', run, ...trained, ...gates]);
    expect(code).toBe(3);
    expect(stdout).toContain('ROC AUC');
    expect(stderr).toMatch(
      /1 of 2 gates:\n {2}accuracy: expected at least 1, got 0\.\d+, short by 0\.\d+\n$/,
    );
  });

  it('is not that of gates that were met', async () => {
    const { code } = await runHisto(['eval', run, ...trained, '--fail-under', 'roc_auc=0']);
    expect(code).toBe(0);
  });
});

describe('a reader that goes away', () => {
  it('leaves the exit code as it is', async () => {
    const command = ['eval', run, ...trained, '--limit', '40', '--fail-under', 'accuracy=1'];
    const { code, stdout } = await runHisto(command, (child, said) => {
      expect(said).toContain('Leakage'); // said before the figures
      child.stdout?.destroy();
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  it('does not end a training whose notes it read', async () => {
    const command = ['train', ...data, ...small, '--epochs', '2', '--out', join(folder, 'unread')];
    const { code, stdout } = await runHisto(command, (child) => child.stderr?.destroy());
    expect(stdout).toContain('Best epoch');
    expect(code).toBe(0);
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s saves, exits %i, and the run goes on with --resume', async (signal, expected) => {
    const stopped = join(folder, signal);
    const command = ['train', ...data, ...small, '--epochs', '3', '--out', stopped];
    let sent = false;
    const { code, stderr } = await runHisto(command, (child, said) => {
      if (sent || !said.includes('epoch 1/3')) return;
      sent = child.kill(signal);
    });
    expect(stderr).toMatch(/saved after step \d+[\s\S]*histo train --resume --out/);
    expect(code).toBe(expected);
    expect((await readdir(stopped)).filter((name) => /tmp|partial/.test(name))).toEqual([]);
    const resumed = await runHisto(['train', '--resume', '--out', stopped]);
    expect(resumed.stderr).toContain('epoch 3/3');
    expect(resumed.code).toBe(0);
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  it.skipIf(!hasScript)(
    'of a terminal that is closed (needs "script") saves and exits 129',
    async () => {
      const [stopped, code] = [join(folder, 'closed'), join(folder, 'closed-code')];
      const quoted = [process.execPath, histo, 'train', ...data, ...small, '--epochs', '30'];
      const command = [...quoted, '--out', stopped].map((word) => `'${word}'`).join(' ');
      // the shell gets the signal, passes it on, and outlives the terminal to tell how the run ended
      const wait = `trap 'kill -HUP $run' HUP; wait $run; wait $run; echo $? > '${code}.part'`;
      const shell = `${command} & run=$!; ${wait}; mv '${code}.part' '${code}'`;
      const terminal = spawn('script', ['-qec', shell, '/dev/null'], { stdio: 'pipe' });
      await new Promise<void>((resolve) => {
        let said = '';
        terminal.stdout.on('data', (text) => {
          said += text;
          if (said.includes('epoch 1/30')) resolve();
        });
      });
      terminal.kill('SIGKILL');
      await vi.waitFor(() => expect(existsSync(code)).toBe(true), { timeout: 60_000 });
      expect((await readFile(code, 'utf8')).trim()).toBe('129');
      const { progress } = await loadCheckpoint(join(stopped, 'last.safetensors'));
      expect(progress?.step).toBeGreaterThan(0);
    },
  );
});
