import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLog, truncateLog } from '../../../src/report/log-csv.js';
import type { FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    'epoch,step,train_loss,valid_loss,accuracy,roc_auc,learning_rate,seconds\n1,10,0.6,0.5,0.7,0.8,0.001,3\n2,20,0.5,0.4,0.8,,1e-9,3\n',
  ],
  tokens: ['epoch', 'step', 'roc_auc', ',', '\n', '\r\n', 'NaN', 'Infinity', '0x1', '\0'],
  run: async (input, folder) => {
    const [log, logJson] = [join(folder, 'log.csv'), join(folder, 'log.jsonl')];
    await writeFile(log, input);
    await readLog(log);
    await truncateLog({ log, logJson }, 1);
    await readLog(log);
  },
};
