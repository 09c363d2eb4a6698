import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, explain } from '../../src/cli/exit.js';
import { UnfitError, UserError } from '../../src/errors.js';
import { type Diagnosis, diagnose } from '../../src/recipes/doctor/doctor.js';
import { diagnosisText } from '../../src/recipes/doctor/doctor-text.js';
import { filesBelow, useTemporaryCache } from '../engine/install/temporary-cache.js';
import { createTestTerminal } from '../test-terminal.js';
import { runHisto } from './run-command.js';

const cache = useTemporaryCache();
const native = { name: 'native', device: 'CPU', version: 'TensorFlow 2.21.0' } as const;
const speed = { patchesPerSecond: 80, steps: 10, batchSize: 16, cropPx: 49 };

/** The doctor without an engine of its own. */
function diagnoseWith(start: () => Promise<typeof native>): Promise<Diagnosis> {
  return diagnose(createTestTerminal(), new AbortController().signal, {
    start,
    measure: async () => speed,
  });
}

describe('histo doctor', () => {
  it('tells everything that training needs', async () => {
    const diagnosis = await diagnoseWith(async () => native);
    expect(diagnosis).toMatchObject({
      fit: true,
      problems: [],
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      engine: native,
      onnx: expect.stringMatching(/^ONNX Runtime \d+\.\d+\.\d+$/),
      cache: { folder: cache.folder, parts: [] },
      speed,
    });
    expect(diagnosis.cache.freeBytes).toBeGreaterThan(0);
    const text = diagnosisText(diagnosis);
    for (const word of [process.version, 'avx2', '80 patches a second', cache.folder]) {
      expect(text).toContain(word);
    }
    expect(text).toMatch(/scoring +ONNX Runtime \d+\.\d+\.\d+ is installed too\n/);
    expect(text).toMatch(/verdict +training works here$/);
    expect(await filesBelow(cache.folder)).toEqual([]); // the doctor leaves nothing behind
  });

  it('is unfit where the engine does not start, and says why', async () => {
    const diagnosis = await diagnoseWith(() => Promise.reject(new UserError('Cannot open "x"')));
    expect(diagnosis).toMatchObject({ fit: false, problems: ['Cannot open "x"'], engine: null });
    expect(diagnosisText(diagnosis)).toMatch(
      /problem +Cannot open "x"\nverdict +training does not/,
    );
  });

  it('ends with 1 and still gives its findings', async () => {
    process.env['HISTO_TENSORFLOW'] = join(cache.folder, 'none');
    const error: unknown = await runHisto('doctor', '--json').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnfitError);
    expect(exitCodeOf(error)).toBe(1);
    expect(explain(error, false)).toMatch(/^histo: Training would not work here/);
  });
});
