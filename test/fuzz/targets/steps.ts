import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSteps, readSteps } from '../../../src/report/steps-csv.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => ['step,epoch,loss,learning_rate,momentum\n1,1,0.7,0.001,0.9\n2,1,0.6,0.002,0.85\n'],
  tokens: ['step', 'epoch', 'momentum', ',', '\n', '\r\n', 'NaN', 'Infinity', '\0'],
  run: async (input, folder) => {
    const path = join(folder, 'steps.csv');
    await writeFile(path, input);
    await readSteps(path);
    const log = await openSteps(path, 1);
    log.add({ step: 2, epoch: 1, loss: 1, learning_rate: 1, momentum: 0 });
    await log.write();
    expectThat((await readSteps(path)).at(-1)?.loss === 1, 'the new step at the end');
  },
};
