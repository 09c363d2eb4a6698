import { dirname } from 'node:path';
import { z } from 'zod';
import { fileFault } from '../../file-fault.js';
import { parseJson } from '../../parse-json.js';
import { readBounded } from '../../read-bounded.js';
import { evaluationFiles } from '../report/write-report.js';

const mostBytes = 2 ** 26;

const leaky = z.object({ leakage: z.object({ text: z.string() }).nullable() });

/**
 * The leak that the figures beside a file of predictions tell of, in words.
 *
 * @returns Null: none, or there are no figures beside it.
 */
export async function leakageBeside(predictions: string): Promise<string | null> {
  try {
    const { metrics } = evaluationFiles(dirname(predictions));
    const text = (await readBounded(metrics, mostBytes)).toString('utf8');
    return leaky.safeParse(parseJson(text)).data?.leakage?.text ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || fileFault(error) !== undefined) return null;
    throw error;
  }
}
