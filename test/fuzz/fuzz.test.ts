import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { packageFolder } from '../../src/package-folder.js';
import { type Bundle, bundleTargets, targetsIn } from './bundle.js';
import { fuzz } from './fuzz.js';

const corpus = join(packageFolder, 'test', 'fuzz', 'corpus');
const failures = mkdtempSync(join(tmpdir(), 'histo-failures-'));
const names = await targetsIn('targets');
const bundles = new Map<string, Bundle>();
beforeAll(async () => {
  for (const folder of ['targets', 'planted'] as const) {
    bundles.set(folder, await bundleTargets(folder));
  }
});
afterAll(async () => {
  for (const bundle of bundles.values()) await bundle.remove();
  rmSync(failures, { recursive: true });
});

function feed(folder: 'targets' | 'planted', name: string, inputs: number, replay?: string) {
  const { child, moduleOf } = bundles.get(folder) as Bundle;
  const target = moduleOf(name);
  return fuzz({ child, target, seed: 6, inputs, replay: replay ?? null, failures });
}

describe.concurrent('the parser of', () => {
  it.for(names)('%s keeps its promises', async (name, { expect }) => {
    const inputs = name === 'hdf5' ? 30 : 300; // for each of those a thread starts
    const { faults, ok, refused } = await feed('targets', name, inputs);
    expect(faults).toEqual([]);
    expect(ok + refused).toBe(inputs);
  });

  it.for(names)('%s has learnt from its failures', async (name, { expect }) => {
    const folder = join(corpus, name);
    const inputs = existsSync(folder) ? readdirSync(folder).length : 0;
    const { faults } = await feed('targets', name, inputs, folder);
    expect(faults).toEqual([]);
  });
});

describe.concurrent('the harness finds', () => {
  it.for([
    ['throws', 'TypeError: Cannot read properties of undefined'],
    ['loops', 'no end within 5 s'],
    ['grows', 'more than 1 GiB of memory'],
    ['dies', 'the process died'],
    ['hides', 'TypeError: found'],
  ] as const)('a parser that %s', async ([name, fault], { expect }) => {
    const inputs = name === 'hides' ? 3000 : 8;
    const { failed, faults } = await feed('planted', name, inputs);
    expect(failed).toBeGreaterThan(0);
    expect(faults[0]).toContain(fault);
  });
});
