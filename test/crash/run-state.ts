import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/checkpoint.js';
import { readPredictions } from '../../src/report/predictions-csv.js';
import { stepsPerEpoch, type Variant } from './variants.js';

/** Where a run stands by what is on the disk. */
export interface RunState {
  readonly hasRecord: boolean;
  /** Of the last checkpoint; 0 where there is none. */
  readonly step: number;
  readonly stepInEpoch: number;
  readonly epoch: number;
  readonly hasCheckpoint: boolean;
  /** Steps and epochs that the logs hold, the last checkpoint's included. */
  readonly loggedSteps: number;
  readonly loggedEpochs: number;
  /** Files that were being written. */
  readonly temporaries: readonly string[];
}

/**
 * Reads all that a run folder holds. What has its final name must be whole; of steps.csv, which grows
 * at its end, what the last checkpoint has.
 *
 * @throws {Error} If a file is torn.
 */
export async function readRunState(folder: string): Promise<RunState> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const has = (name: string) => names.includes(name);
  for (const name of ['config.json', 'metrics.json'].filter(has)) JSON.parse(await text(name));
  if (has('best.safetensors')) await loadCheckpoint(join(folder, 'best.safetensors'));
  if (has('predictions-valid.csv')) await readPredictions(join(folder, 'predictions-valid.csv'));
  if (has('report.html') && !(await text('report.html')).trimEnd().endsWith('</html>')) {
    throw new Error(`"${folder}/report.html" is cut off`);
  }
  const log = has('log.csv') ? wholeLines('log.csv', await text('log.csv')).slice(1) : [];
  if (log.some((line) => line.split(',').length !== 8)) throw new Error('log.csv has a torn line');
  const objects = has('log.jsonl') ? wholeLines('log.jsonl', await text('log.jsonl')) : [];
  for (const line of objects) JSON.parse(line);
  const steps = has('steps.csv') ? (await text('steps.csv')).split('\n').slice(1, -1) : [];
  const last = has('last.safetensors')
    ? (await loadCheckpoint(join(folder, 'last.safetensors'))).progress
    : null;
  const { step, stepInEpoch, epoch } = last ?? { step: 0, stepInEpoch: 0, epoch: 0 };
  return {
    hasRecord: has('config.json'),
    hasCheckpoint: last !== null,
    ...{ step, stepInEpoch, epoch },
    loggedSteps: steps.length,
    loggedEpochs: log.length,
    temporaries: names.filter((name) => name.endsWith('.tmp')),
  };
}

function wholeLines(name: string, text: string): string[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${name} ends within a line`);
  return text.split('\n').slice(0, -1);
}

/** The states of a variant's run folders. */
export function readStates(cwd: string, { runs }: Variant): Promise<RunState[]> {
  return Promise.all(runs.map((run) => readRunState(join(cwd, run))));
}

/** Where a run was when it was killed, as far as its files tell. */
export function momentOf(states: readonly RunState[], { epochs }: Variant): string {
  const state = states.findLast(({ hasRecord }) => hasRecord);
  if (states.some(({ temporaries }) => temporaries.length > 0)) return 'while a file was written';
  if (state === undefined) return 'before the record';
  const { step, stepInEpoch, epoch, loggedSteps, loggedEpochs } = state;
  if (loggedSteps > step || loggedEpochs > epoch) return 'between the files of a checkpoint';
  if (!state.hasCheckpoint) return 'before the first checkpoint';
  if (epoch === epochs) return 'after the last checkpoint';
  return stepInEpoch === stepsPerEpoch ? 'in validation' : 'in training or validation';
}
