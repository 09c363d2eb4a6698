import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { classifierOnnx } from '../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../src/export/onnx/encode-onnx.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { runHisto } from '../run-histo.js';
import { tinyCard, tinyState } from '../tiny-classifier.js';

const [folder, loaded] = [temporaryFolder(), temporaryFolder()];
const model = join(folder, 'model.onnx'); // and no other file beside it
const { labels, images } = fixturePatches;

beforeAll(async () => {
  vi.stubEnv('HISTO_CACHE', join(folder, 'no-engine'));
  vi.stubEnv('HISTO_TENSORFLOW', '');
  vi.stubEnv('NODE_V8_COVERAGE', loaded); // where Node writes which modules a process has loaded
  await writeFile(model, exported('histo'));
});

afterAll(() => {
  vi.unstubAllEnvs();
});

describe('histo predict and histo eval with an exported file alone', () => {
  it('score in ONNX Runtime and load neither TensorFlow nor a back-end of tfjs', async () => {
    const out = join(folder, 'scores.csv');
    const predicted = await runHisto(['predict', model, '--images', images, '--out', out]);
    expect(predicted).toEqual({
      code: 0,
      stdout: `160 patches scored, written to ${out}\n`,
      stderr: '',
    });
    expect((await readFile(out, 'utf8')).split('\n')).toHaveLength(162);
    const evaluated = await runHisto([
      ...['eval', model, '--labels', labels, '--images', images, '--json'],
      ...['--out', join(folder, 'evaluation')],
    ]);
    expect(evaluated.code).toBe(0);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({
      engine: expect.stringMatching(/^onnx \(ONNX Runtime [\d.]+, CPU\)$/),
      checkpoint: model,
    });
    const modules = await modulesIn(loaded);
    expect(modules.filter((url) => /onnxruntime-node/.test(url))).not.toEqual([]);
    expect(modules.filter((url) => /tfjs-(backend|node)|koffi/.test(url))).toEqual([]);
  });

  it('exit 2 on a file that another program wrote', async () => {
    const foreign = join(folder, 'foreign.onnx');
    await writeFile(foreign, exported('torch'));
    const out = join(folder, 'never.csv');
    const { code, stderr } = await runHisto(['predict', foreign, '--images', images, '--out', out]);
    expect(stderr).toBe(
      `histo: Cannot load model "${foreign}": expected one that histo wrote, got one by "torch"; make one with histo export --format onnx\n`,
    );
    expect(code).toBe(2);
  });
});

/** @param writer Five letters. */
function exported(writer: string): Buffer {
  const metadata = { histo: JSON.stringify(tinyCard) };
  const form = { isFolded: true, isBare: false };
  const bytes = Buffer.concat(encodeOnnx(classifierOnnx(tinyCard, tinyState(), form, metadata)));
  bytes.write(writer, bytes.indexOf('histo'), 'latin1');
  return bytes;
}

/** The URLs of all modules that processes have loaded. */
async function modulesIn(coverage: string): Promise<string[]> {
  const files = await readdir(coverage);
  const texts = await Promise.all(files.map((name) => readFile(join(coverage, name), 'utf8')));
  return texts.flatMap((text) => {
    const { result } = JSON.parse(text) as { result: readonly { readonly url: string }[] };
    return result.map(({ url }) => url);
  });
}
