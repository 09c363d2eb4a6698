import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { openSteps, readSteps, type StepLine } from '../../src/report/steps-csv.js';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-steps-'));
  path = join(folder, 'run', 'steps.csv');
});
afterEach(() => rm(folder, { recursive: true }));

const header = 'step,epoch,loss,learning_rate,momentum';

function line(step: number): StepLine {
  return { step, epoch: Math.ceil(step / 10), loss: 1 / step, learning_rate: 1e-8, momentum: 0.95 };
}

/** Notes steps and writes them. */
async function write(from: number, to: number): Promise<void> {
  const steps = await openSteps(path, from - 1);
  for (let step = from; step <= to; step++) steps.add(line(step));
  await steps.write();
}

const content = () => readFile(path, 'utf8');

describe('steps.csv', () => {
  it('has a header and a row a step, as many digits as it takes, and is written when told', async () => {
    const steps = await openSteps(path, 0);
    steps.add(line(1));
    expect(await readdir(folder)).toEqual([]);
    await steps.write();
    expect(await content()).toBe(`${header}\n1,1,1,1e-8,0.95\n`);
    steps.add(line(2));
    steps.add(line(3));
    await steps.write();
    await steps.write();
    expect(await content()).toBe(
      `${header}\n1,1,1,1e-8,0.95\n2,1,0.5,1e-8,0.95\n3,1,0.3333333333333333,1e-8,0.95\n`,
    );
  });

  it('is read as it was written; nothing where there is none yet', async () => {
    expect(await readSteps(path)).toEqual([]);
    await write(1, 25);
    expect(await readSteps(path)).toEqual(
      Array.from({ length: 25 }, (_, index) => line(index + 1)),
    );
  });

  it.each([
    ['steps behind the checkpoint', '8,1,0.125,1e-8,0.95\n9,1,0.1,1e-8,0.95\n'],
    ['half a line', '8,1,0.12'],
    ['half a number of a step: 8 of 80', '8'],
  ])('is cut back to the checkpoint: %s', async (_, left) => {
    await write(1, 12);
    const whole = await content();
    await writeFile(path, whole.split('8,1,')[0] ?? '');
    await appendFile(path, left);
    await write(8, 12);
    expect(await content()).toBe(whole);
  });

  it('of a new run takes the place of what a run without a checkpoint left', async () => {
    await write(1, 3);
    const whole = await content();
    await write(1, 3);
    expect(await content()).toBe(whole);
    await writeFile(path, 'something,else\n1,2\n');
    await write(1, 3);
    expect(await content()).toBe(whole);
  });

  it('begins anew where somebody removes it', async () => {
    const steps = await openSteps(path, 0);
    steps.add(line(1));
    await steps.write();
    await rm(path);
    steps.add(line(2));
    await steps.write();
    expect(await content()).toBe(`${header}\n2,1,0.5,1e-8,0.95\n`);
  });

  it('keeps what it could not write for the next time', async () => {
    const steps = await openSteps(path, 0);
    await mkdir(path, { recursive: true });
    steps.add(line(1));
    await expect(steps.write()).rejects.toThrow(
      new UserError(`Cannot write "${path}": a folder stands there: choose another name`),
    );
    await rm(path, { recursive: true });
    steps.add(line(2));
    await steps.write();
    expect(await readSteps(path)).toEqual([line(1), line(2)]);
  });

  it('refuses a row that was changed, but not one that a crash left half written', async () => {
    await write(1, 2);
    await appendFile(path, '3,1,0.3');
    expect(await readSteps(path)).toHaveLength(2);
    await appendFile(path, ',\n');
    await expect(readSteps(path)).rejects.toThrow('expected 5 numbers in row 4, got 3,1,0.3,');
  });
});
