import { UserError } from '../errors.js';
import type { ScoringEngine } from './choose.js';
import { readCpu } from './machine/cpu.js';
import { computeCapability } from './machine/gpu.js';
import type { Precision } from './ops/compile.js';
import { secondsOfProducts } from './ops/products-speed.js';

export type { Precision };

/** What `--precision` takes. */
export type PrecisionChoice = 'auto' | Precision;

export interface ChosenPrecision {
  readonly precision: Precision;
  /** Why, if histo has chosen; null if it was told. */
  readonly reason: string | null;
}

/** Below this the smaller type is not worth its digits. */
const LEAST_GAIN = 1.1;

/**
 * What large products are to be computed in.
 *
 * @param choice `auto` takes bfloat16 where the processor has it (avx512_bf16, AMX, a GPU of compute
 *   capability 8 and up) and it is measured faster there, else float32.
 * @param engine The one that was started.
 * @throws {UserError} If the engine cannot compute in the type that is wanted.
 */
export async function choosePrecision(
  choice: PrecisionChoice,
  engine: ScoringEngine,
): Promise<ChosenPrecision> {
  if (choice === 'auto') return chooseByMeasure(engine);
  if (choice !== 'float32' && engine.name !== 'native') {
    throw new UserError(
      `Cannot compute in ${choice}: expected the native engine, got ${engine.name}: ${remedyFor(engine)}`,
    );
  }
  if (choice === 'float16' && engine.device !== 'CUDA') {
    throw new UserError(
      'Cannot compute in float16: expected a CUDA device, got the processor: use --precision bfloat16 or float32',
    );
  }
  return { precision: choice, reason: null };
}

/** How to come to what computes in other types. */
function remedyFor({ name }: ScoringEngine): string {
  return name === 'onnx'
    ? 'score a checkpoint with --engine native, or use --precision float32'
    : 'run "histo engine install", or use --precision float32';
}

async function chooseByMeasure(engine: ScoringEngine): Promise<ChosenPrecision> {
  const lacking = await lackOf(engine);
  if (lacking !== null) return { precision: 'float32', reason: lacking };
  const gain = (await secondsOfProducts('float32')) / (await secondsOfProducts('bfloat16'));
  const measured = `bfloat16 does matrix products ${gain.toFixed(1)} times as fast here`;
  return { precision: gain >= LEAST_GAIN ? 'bfloat16' : 'float32', reason: measured };
}

/** Why bfloat16 is out of the question; null if it is not. */
async function lackOf(engine: ScoringEngine): Promise<string | null> {
  if (engine.name !== 'native') return `${engine.name} has nothing else`;
  if (engine.device === 'CUDA') {
    const capability = await computeCapability();
    return capability >= 8 ? null : `a GPU of compute capability ${capability} has no bfloat16`;
  }
  const { features } = await readCpu();
  return features.bf16 === true ? null : 'the processor has no instructions for bfloat16';
}
