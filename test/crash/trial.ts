import { join } from 'node:path';
import type { RandomStream } from '../../src/rng.js';
import { type Blow, drawBlow, drawFill, strike } from './blow.js';
import { differencesBetween } from './compare-runs.js';
import { type Ended, startHisto } from './histo-process.js';
import { momentOf, type RunState, readStates } from './run-state.js';
import { freeDisk } from './small-disk.js';
import type { Tally } from './tally.js';
import { stepsPerEpoch, type Variant } from './variants.js';

/** A run that was never interrupted. */
export interface WholeRun {
  readonly cwd: string;
  readonly ms: number;
}

const mostBlows = 8;
const largestLeftBytes = 8e6;
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What a trial is done with. */
export interface TrialOptions {
  /** A folder of its own. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the folder is a small disk that fills up. */
  readonly fills: boolean;
  readonly random: RandomStream;
  readonly tally: Tally;
  /** Put before what went wrong, to find the trial again. */
  readonly name: string;
}

/**
 * One run that is struck up to eight times and resumed until it ends, then held against the whole one.
 */
export async function runTrial(
  variant: Variant,
  whole: WholeRun,
  { cwd, env, fills, random, tally, name }: TrialOptions,
): Promise<void> {
  const draw = fills ? drawFill : drawBlow;
  const named = (failures: readonly string[]) => failures.map((text) => `${name}: ${text}`);
  const blows = 1 + (random.nextUint32() % mostBlows);
  let states = await readStates(cwd, variant);
  for (let attempt = 0; ; attempt++) {
    const isBegun = states.some(({ hasRecord }) => hasRecord);
    const parameters = isBegun ? ['train', '--resume', '--out', 'run'] : variant.flags;
    const histo = startHisto(parameters, cwd, env);
    const likely = likelyMs(whole, states, variant);
    const blow = attempt < blows ? draw(random, likely, largestLeftBytes) : null;
    const folders = variant.runs.map((run) => join(cwd, run));
    const struckMs = blow && (await strike(blow, histo, { cwd, folders }));
    const ended = await histo.ended;
    freeDisk(cwd);
    const before = states;
    states = await readStates(cwd, variant);
    const faults = named(faultsOf({ ended, blow, struckMs, before, states, variant }));
    tally.attempt({ blow, struckMs, ended, moment: momentOf(states, variant), faults });
    if (faults.length > 0) return;
    if (ended.code === 0) break;
  }
  const differences = await differencesBetween(cwd, whole.cwd, variant);
  tally.finished(named(differences));
}

/** A start, then what is left of the steps. */
function likelyMs({ ms }: WholeRun, states: readonly RunState[], { epochs, runs }: Variant) {
  const done = states.reduce((sum, { step }) => sum + step, 0);
  return ms * (0.3 + 0.7 * (1 - done / (epochs * stepsPerEpoch * runs.length)));
}

interface Attempt {
  readonly ended: Ended;
  readonly blow: Blow | null;
  readonly struckMs: number | null;
  readonly before: readonly RunState[];
  readonly states: readonly RunState[];
  readonly variant: Variant;
}

/** What is not as promised after an attempt. */
function faultsOf(attempt: Attempt): string[] {
  const { before, states, variant } = attempt;
  const faults = endFaults(attempt);
  for (const [index, { step, stepInEpoch, loggedSteps }] of states.entries()) {
    const former = before[index]?.step ?? 0;
    if (step < former) faults.push(`the checkpoint of step ${former} became one of step ${step}`);
    if (loggedSteps < step) faults.push(`steps.csv has ${loggedSteps} of ${step} steps`);
    const lost = loggedSteps - step;
    if (lost > variant.stepsPerCheckpoint) faults.push(`${lost} logged steps are lost`);
    const isDue = step % variant.stepsPerCheckpoint === 0 || stepInEpoch % stepsPerEpoch === 0;
    const isAsked = attempt.blow !== null && attempt.blow.kind in codes;
    if (!isDue && !isAsked && step !== former) {
      faults.push(`an odd checkpoint of step ${step}`);
    }
  }
  return faults;
}

/** What is wrong with how an attempt ended. */
function endFaults({ ended, blow, struckMs, before, states }: Attempt): string[] {
  const { code, signal, said } = ended;
  const how = `exit ${code ?? signal}: ${said}`;
  const resumed = before.findLast(({ hasCheckpoint }) => hasCheckpoint);
  const told = /resuming after step (\d+)/.exec(said)?.[1];
  const isOdd = told !== undefined && !before.some(({ step }) => step === Number(told));
  const odd = isOdd ? [`resumed after step ${told} instead of ${resumed?.step}`] : [];
  if (blow === null || struckMs === null) return code === 0 ? odd : [how, ...odd];
  if (blow.kind === 'SIGKILL' || blow.kind === 'SIGKILL while saving') {
    return signal === 'SIGKILL' || code === 0 ? odd : [how, ...odd];
  }
  if (blow.kind === 'full disk') {
    return code === 0 || isToldFull(ended, states) ? odd : [how, ...odd];
  }
  if (signal === blow.kind || code === 0) return odd; // before it listens, or after its last word
  if (code !== codes[blow.kind]) return [how, ...odd];
  const saved = /saved after step (\d+)/.exec(said)?.[1];
  const isSaved = saved === undefined || states.some(({ step }) => step === Number(saved));
  return isSaved ? odd : [`said to have saved step ${saved}`, ...odd];
}

/** Whether a full disk was told, with the checkpoint that is there. */
function isToldFull({ code, said }: Ended, states: readonly RunState[]): boolean {
  const good = /last checkpoint is that of step (\d+), /.exec(said)?.[1];
  const isGood = good === undefined || states.some(({ step }) => step === Number(good));
  return code === 2 && /Cannot write ".*": the disk is full: free some space/.test(said) && isGood;
}
