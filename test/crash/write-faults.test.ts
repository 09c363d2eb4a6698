import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differencesBetween } from './compare-runs.js';
import { type HistoProcess, startHisto } from './histo-process.js';
import { readRunState } from './run-state.js';
import { bindFolder, canMount, fillDisk, freeDisk, mountSmallDisk, unmount } from './small-disk.js';
import { type Variant, variants } from './variants.js';

const variant = variants[1] as Variant; // saves with each step
const { flags } = variant;
const resume = ['train', '--resume', '--out', 'run'];
let root = '';
let whole = '';
let cwd = '';
let count = 0;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'histo-faults-'));
  whole = newFolder();
  expect(await startHisto(flags, whole).ended).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(root, { recursive: true }));

function newFolder(): string {
  const folder = join(root, `run-${String(count++).padStart(2, '0')}`);
  mkdirSync(folder);
  return folder;
}

/** Starts a run in a new folder and halts it when it has a checkpoint. */
async function startHalted(folder: string): Promise<HistoProcess> {
  cwd = folder;
  const histo = startHisto(flags, cwd);
  await until(() => existsSync(join(cwd, 'run', 'last.safetensors')), histo);
  histo.kill('SIGSTOP');
  return histo;
}

async function until(isSo: () => boolean, histo: HistoProcess): Promise<void> {
  while (!isSo() && !histo.isOver()) await wait(2);
}

/** The run that failed ends, once all is well again, as the one that met no fault. */
async function expectHealed(): Promise<void> {
  expect(await startHisto(resume, cwd).ended).toMatchObject({ code: 0 });
  expect(await differencesBetween(cwd, whole, variant)).toEqual([]);
}

/** A message of a fault that names the checkpoint that is there. */
async function expectToldWithCheckpoint(said: string, fault: RegExp): Promise<void> {
  const { step } = await readRunState(join(cwd, 'run'));
  expect(step).toBeGreaterThan(0);
  expect(said).toMatch(fault);
  expect(said).toContain(
    `\nThe last checkpoint is that of step ${step}, "run/last.safetensors"; lost since then: `,
  );
  expect(said).toMatch(/ steps?; go on with: histo train --resume --out "run"\n$/);
}

describe.runIf(canMount)('a disk', () => {
  it('that is full ends the run, which goes on once there is room', async () => {
    const disk = newFolder();
    mountSmallDisk(disk, 40e6);
    try {
      const histo = await startHalted(disk);
      fillDisk(disk, 100_000);
      histo.kill('SIGCONT');
      const { code, said } = await histo.ended;
      expect(code).toBe(2);
      await expectToldWithCheckpoint(said, /Cannot write ".*": the disk is full: free some space/);
      freeDisk(disk);
      await expectHealed();
    } finally {
      unmount(disk);
    }
  });

  it('that goes away and comes back only holds the run up', async () => {
    const [folder, disk] = [newFolder(), newFolder()];
    const place = join(folder, 'run');
    mkdirSync(place);
    bindFolder(disk, place);
    try {
      const histo = await startHalted(folder);
      unmount(place);
      histo.kill('SIGCONT');
      await until(() => histo.said().includes('trying again for 2 minutes'), histo);
      bindFolder(disk, place);
      const { code, said } = await histo.ended;
      expect(said).toMatch(
        /Note: Cannot write into "run": expected the folder that the run began in/,
      );
      expect(code).toBe(0);
      expect(await differencesBetween(cwd, whole, variant)).toEqual([]);
    } finally {
      unmount(place);
    }
  });
});

describe('a run folder', () => {
  it('that is removed is not made anew; Ctrl-C ends the waiting', async () => {
    const histo = await startHalted(newFolder());
    rmSync(join(cwd, 'run'), { recursive: true });
    histo.kill('SIGCONT');
    await until(() => histo.said().includes('trying again for 2 minutes'), histo);
    histo.kill('SIGINT');
    const { code, said } = await histo.ended;
    expect(said).toMatch(
      /\nhisto: Cannot write into "run": expected the folder that the run began in, got another or none: it was removed or moved, or its disk is away; bring it back\n/,
    );
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'run'))).toBe(false);
  });

  it('in which a folder takes the place of a file says so, and goes on once it is away', async () => {
    const histo = await startHalted(newFolder());
    const last = join(cwd, 'run', 'last.safetensors');
    renameSync(last, `${last}.aside`);
    mkdirSync(last);
    histo.kill('SIGCONT');
    const { code, said } = await histo.ended;
    rmdirSync(last);
    renameSync(`${last}.aside`, last);
    expect(code).toBe(2);
    await expectToldWithCheckpoint(
      said,
      /Cannot write "run\/last\.safetensors": a folder stands there/,
    );
    await expectHealed();
  });

  it('that takes no large files says so, and goes on without the limit', async () => {
    cwd = newFolder();
    const limited = ['sh', '-c', 'ulimit -f 2000; exec "$@"', 'sh']; // 1 MB
    const { code, said } = await startHisto(flags, cwd, process.env, limited).ended;
    expect(said).toMatch(
      /Cannot write "run\/last\.safetensors": it is larger than files may be: raise the limit with "ulimit -f unlimited"\nNo checkpoint was saved yet; go on with/,
    );
    expect(code).toBe(2);
    await expectHealed();
  });
});

describe('a second run', () => {
  it('into the same folder is refused, and the first is none the worse', async () => {
    const histo = await startHalted(newFolder());
    const second = await startHisto(resume, cwd).ended;
    histo.kill('SIGCONT');
    expect(second.said).toMatch(/expected a folder that no run is writing to, got one in use by/);
    expect(second.code).toBe(2);
    expect(await histo.ended).toMatchObject({ code: 0 });
    expect(await differencesBetween(cwd, whole, variant)).toEqual([]);
  });

  it('goes on at once after the first was killed', async () => {
    const histo = await startHalted(newFolder());
    histo.kill('SIGKILL');
    await histo.ended;
    expect(existsSync(join(cwd, 'run', 'run.lock'))).toBe(true);
    await expectHealed();
  });
});

const hasStrace = spawnSync('strace', ['-qq', 'true']).status === 0;
if (!hasStrace) process.stderr.write('Tests of injected faults are SKIPPED: no strace here\n');

describe.runIf(hasStrace)('a system call of a save', () => {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }; // strace counts the calls of each thread
  const failing = (calls: string, fault: string) => {
    const [trace, inject] = [`trace=${calls}`, `inject=${calls}:${fault}`];
    return ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', trace, '-e', inject];
  };

  it.each([
    ['fsync', 8, 'EDQUOT', 'the quota is used up: free some space'],
    ['rename', 4, 'EROFS', 'the file system is read-only: choose another folder'],
  ])('%s that fails from the %ith on with %s ends it', async (call, first, name, remedy) => {
    cwd = newFolder();
    const through = failing(call, `error=${name}:when=${first}+`);
    const { code, said } = await startHisto(flags, cwd, env, through).ended;
    expect(code).toBe(2);
    await expectToldWithCheckpoint(said, new RegExp(`Cannot write ".*": ${remedy}`));
    await expectHealed();
  });

  it.each([
    ['fsync', 'EIO'],
    ['rename', 'ESTALE'],
    ['fdatasync', 'ETIMEDOUT'],
  ])('%s that fails with %s is done again', async (call, name) => {
    cwd = newFolder();
    const through = failing(call, `error=${name}:when=4..6`);
    const { code, said } = await startHisto(flags, cwd, env, through).ended;
    expect(said).toMatch(`does not answer (${name}): bring it back; trying again for 2 minutes\n`);
    expect(code).toBe(0);
    expect(await differencesBetween(cwd, whole, variant)).toEqual([]);
  });
});
