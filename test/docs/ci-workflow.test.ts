import { execFile, spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeSyntheticPatches } from '../../src/data/synthetic.js';
import { packageFolder } from '../../src/package-folder.js';
import { train } from '../../src/recipes/train/train.js';
import { askRegistry } from '../ask-registry.js';
import { hasNativeEngine } from '../native-engine.js';
import { runHisto } from '../run-histo.js';
import { createTestTerminal } from '../test-terminal.js';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

const document = await readFile(join(packageFolder, 'docs', 'ci.md'), 'utf8');
const [yaml = ''] = /(?<=^```yaml\n)name: model\n[\s\S]*?(?=^```$)/m.exec(document) ?? [];
const workflow = parse(yaml);
const steps: readonly Step[] = workflow.jobs.evaluate.steps;
const npmFailure = await askRegistry();

describe('the workflow of docs/ci.md', () => {
  it('is a job of actions and commands, whose commands stop at the first failure', () => {
    expect(workflow.jobs.evaluate.defaults.run.shell).toBe('bash');
    expect(steps.filter((step) => (step.uses === undefined) === (step.run === undefined))).toEqual(
      [],
    );
    const actions = steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []);
    expect(actions).toEqual(
      ['checkout', 'setup-node', 'cache', 'upload-artifact'].map((name) => `actions/${name}`),
    );
  });
});

const canRun = hasNativeEngine && npmFailure === null && process.platform === 'linux';
describe.skipIf(!canRun)('its commands', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-ci-'));
    await layOut(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs a step as GitHub's runner runs `shell: bash`. */
  function runStep(command: string) {
    const { PATH = '' } = process.env;
    const prefix = join(folder, 'prefix');
    const env = {
      ...process.env,
      PATH: [join(prefix, 'bin'), PATH].join(delimiter),
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      npm_config_prefix: prefix,
      npm_config_prefer_offline: 'true',
    };
    const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command];
    return spawnSync('bash', bash, { cwd: folder, env, encoding: 'utf8' });
  }

  it('run one after another, and leave report, gates and summary', async () => {
    for (const { name, run } of steps) {
      if (run === undefined) continue;
      const { status, stderr } = runStep(run);
      expect({ name, status, stderr }).toMatchObject({ status: 0 });
    }
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(/^ {4}ROC AUC +0\.9/m);
    const evaluated = (name: string) => readFile(join(folder, 'evaluation', name), 'utf8');
    expect(JSON.parse(await evaluated('metrics.json')).baseline.path).toBe('model/baseline');
    expect(await evaluated('gates.xml')).toContain('tests="4" failures="0"');
  });

  it('fail where a gate is missed, though the figures go through a pipe', () => {
    const evaluate = steps.find(({ run }) => run?.includes('histo eval'))?.run ?? '';
    const { status, stdout, stderr } = runStep(evaluate.replace('accuracy=0.9', 'brier=0'));
    expect(stderr).toMatch(/1 of 4 gates:\n {2}brier: expected at most 0, got .* over by/);
    expect(stdout).toContain('ROC AUC');
    expect(status).toBe(3);
  });
});

/** Lays out the repository that the document describes, with synthetic patches. */
async function layOut(folder: string): Promise<void> {
  await mkdir(join(folder, 'tools'));
  const pack = ['pack', '--ignore-scripts', '--pack-destination', join(folder, 'tools')];
  await promisify(execFile)('npm', pack, { cwd: packageFolder });
  const counts = { train: 400, test: 100, seed: 0 };
  const data = await writeSyntheticPatches(join(folder, 'drawn'), counts);
  await cp(data.testImages, join(folder, 'patches', 'images'), { recursive: true });
  await copyFile(data.testLabels, join(folder, 'patches', 'labels.csv'));
  const run = join(folder, 'drawn', 'run');
  const flags = { labels: data.trainLabels, images: data.trainImages };
  const config = { preset: 'demo', configFile: null, flags };
  const never = new AbortController().signal;
  await train({ folder: run, resume: false, config }, createTestTerminal(), never);
  await mkdir(join(folder, 'model'));
  await copyFile(join(run, 'best.safetensors'), join(folder, 'model', 'best.safetensors'));
  const patches = ['--labels', data.testLabels, '--images', data.testImages];
  const baseline = ['--out', join(folder, 'model', 'baseline')];
  const { code, stderr } = await runHisto(['eval', run, ...patches, ...baseline]);
  expect(stderr).not.toContain('Cannot');
  expect(code).toBe(0);
}
