import {
  engineText,
  type ScoringEngine,
  type ScoringEngineChoice,
  startScoringEngine,
} from '../../engine/choose.js';
import { choosePrecision, type Precision, type PrecisionChoice } from '../../engine/precision.js';
import { UserError } from '../../errors.js';
import type { Terminal } from '../../terminal.js';
import type { Member } from './ensemble.js';

/** What is to score, and what it computes in. */
export interface StartedScoring {
  /** What scores checkpoints; exported files are ONNX Runtime's. */
  readonly engine: ScoringEngine['name'];
  /** All that score, as a report names them. */
  readonly engines: string;
  readonly precision: Precision;
}

/**
 * Starts what is to score, and says why it computes in what it does.
 *
 * @throws {UserError} If an engine cannot be started or compute in the type that is wanted, or is not one
 *   for exported files and there is nothing else.
 */
export async function startScoring(
  members: readonly Member[],
  options: { readonly engine: ScoringEngineChoice; readonly precision: PrecisionChoice },
  terminal: Terminal,
): Promise<StartedScoring> {
  const exported = members.find(({ kind }) => kind === 'onnx');
  const hasCheckpoint = members.some(({ kind }) => kind === 'checkpoint');
  if (exported !== undefined && !hasCheckpoint) refuseOtherEngine(exported, options.engine);
  const engine = await startScoringEngine(hasCheckpoint ? options.engine : 'onnx', terminal);
  const engines = [engine];
  if (exported !== undefined && engine.name !== 'onnx') {
    engines.push(await startScoringEngine('onnx', terminal));
  }
  // With ONNX Runtime among them all compute in float32, the only type that it has.
  const { precision, reason } = await choosePrecision(
    options.precision,
    engines.at(-1) as ScoringEngine,
  );
  if (reason !== null) terminal.note(`Precision: ${precision}: ${reason}`);
  return { engine: engine.name, engines: engines.map(engineText).join(' and '), precision };
}

function refuseOtherEngine({ path }: Member, engine: ScoringEngineChoice): void {
  if (engine === 'auto' || engine === 'onnx') return;
  throw new UserError(
    `Cannot score with "${path}" in engine "${engine}": expected onnx, which exported files run in, got ${engine}; leave --engine out, or name the checkpoint that it was exported from`,
  );
}
