/* `npm run fuzz -- [--inputs N] [--target NAME] [--seed S]`: feeds every parser, prints a table. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageFolder } from '../../src/package-folder.js';
import { bundleTargets, targetsIn } from './bundle.js';
import { type FuzzResult, fuzz } from './fuzz.js';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '0' },
    target: { type: 'string', multiple: true },
  },
});
const bundle = await bundleTargets('targets');
try {
  console.log('target             ok  refused  failed  seconds');
  for (const name of values.target ?? (await targetsIn('targets'))) {
    const result = await fuzz({
      child: bundle.child,
      target: bundle.moduleOf(name),
      seed: Number(values.seed),
      inputs: Number(values.inputs),
      replay: null,
      failures: join(packageFolder, 'test', 'fuzz', 'corpus', name),
    });
    console.log(rowOf(name, result));
    for (const fault of result.faults.slice(0, 10)) console.log(`  ${fault}`);
    if (result.failed > 0) process.exitCode = 1;
  }
} finally {
  await bundle.remove();
}
if (existsSync(join(packageFolder, 'test', 'fuzz', 'corpus')) && process.exitCode === 1) {
  console.log('Failing inputs are kept in test/fuzz/corpus, where the tests replay them');
}

function rowOf(name: string, { ok, refused, failed, seconds }: FuzzResult): string {
  const cells = [ok, refused, failed, seconds.toFixed(0)];
  const widths = [7, 9, 8, 9];
  return name.padEnd(14) + cells.map((cell, at) => String(cell).padStart(widths[at] ?? 0)).join('');
}
