import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageFolder } from '../../src/package-folder.js';
import { readForeignWeights } from '../../src/weights/read-foreign-weights.js';
import { expectThat } from './fuzz-target.js';

/** A fixture's bytes, unzipped where it is kept gzipped. */
export function weightsFixture(name: string): Buffer {
  const bytes = readFileSync(join(packageFolder, 'test', 'fixtures', 'weights', name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Reads an input as a file of weights; what it gives has to be whole, and as its shapes say. */
export async function readAsWeights(input: Buffer, folder: string): Promise<void> {
  const path = join(folder, 'weights');
  await writeFile(path, input);
  const options = { signal: new AbortController().signal, timeoutMs: 3000 };
  const { state, counters } = await readForeignWeights(path, options);
  expectThat(state.has('conv1.weight'), 'a whole ResNet');
  for (const { shape, data } of [...state.values(), ...counters.values()]) {
    const count = shape.reduce((product, size) => product * size, 1);
    expectThat(count === data.length, 'numbers by shape');
  }
}
