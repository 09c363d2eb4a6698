import { existsSync } from 'node:fs';
import { floatTensors } from '../../checkpoint/safetensors.js';
import { digestOfFile, digestText, isDigest } from '../../download/file-digest.js';
import { startEngine } from '../../engine/choose.js';
import { UserError } from '../../errors.js';
import { firstLines } from '../../first-lines.js';
import { imageNet } from '../../model/preprocess.js';
import { quote } from '../../quote.js';
import { type VerifiedWeights, verifiedText } from '../../report/verified-text.js';
import type { Terminal } from '../../terminal.js';
import { batchNormStatistics } from '../../weights/batch-norm-statistics.js';
import { weightsPath } from '../../weights/pull-weights.js';
import { countersOf, readNamedWeights } from '../../weights/read-foreign-weights.js';
import { shapedBackbone } from '../../weights/recognise-backbone.js';
import { findRegistered, type RegisteredWeights, registeredBytes } from '../../weights/registry.js';
import { requireWeightsFile } from '../../weights/require-weights-file.js';
import { statedFacts } from '../../weights/stated-facts.js';
import { weightsFaults } from '../../weights/weights-faults.js';
import { patchFigures } from './patch-figures.js';

/**
 * Verifies weights and tells what they are: that their network has all its arrays and no others, that their
 * numbers and running statistics are sound, and what they make of a real patch.
 *
 * @param fileOrName A file, or a name of the registry that has been pulled; a file of that name wins.
 * @throws {UserError} Listing all faults; or if there is nothing to read.
 */
export async function verifyWeights(
  fileOrName: string,
  isJson: boolean,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<void> {
  const { file, asked } = whatToVerify(fileOrName);
  await requireWeightsFile(file);
  const named = await readNamedWeights(file, { signal: interruption });
  const [state, counters] = [floatTensors(named), countersOf(named.tensors)];
  const faults = weightsFaults(state, counters);
  if (asked !== null) faults.unshift(...(await digestFaults(file, asked, interruption)));
  if (faults.length > 0) {
    throw new UserError(
      `Cannot use weights ${quote(file)}: expected sound weights of a ResNet, got others; pull, convert or save them again${firstLines(faults)}`,
    );
  }
  const registered = asked ?? registeredBytes(named.sha256);
  const backbone = shapedBackbone(state);
  const { stride, normalization } = statedFacts(file, named, registered);
  await startEngine('auto', terminal);
  interruption.throwIfAborted();
  const verified: VerifiedWeights = {
    file,
    sha256: named.sha256,
    name: registered?.name ?? null,
    format: named.format,
    network: { ...backbone, arrays: state.size },
    stride: backbone.block === 'basic' ? null : stride,
    normalization,
    batch_norm: batchNormStatistics(state, counters),
    figures: await patchFigures(backbone, stride, state, normalization ?? imageNet),
  };
  terminal.result(isJson ? JSON.stringify(verified, null, 2) : verifiedText(verified));
}

interface Asked {
  readonly file: string;
  /** What the registry knows of the name; null: it is a file. */
  readonly asked: RegisteredWeights | null;
}

function whatToVerify(fileOrName: string): Asked {
  const asked = existsSync(fileOrName) ? null : findRegistered(fileOrName);
  if (asked === null) return { file: fileOrName, asked };
  const file = weightsPath(asked);
  if (existsSync(file)) return { file, asked };
  throw new UserError(
    `Cannot verify weights "${asked.name}": expected "${file}", got nothing there; run "histo weights pull ${asked.name}"`,
  );
}

async function digestFaults(
  file: string,
  asked: RegisteredWeights,
  interruption: AbortSignal,
): Promise<string[]> {
  const found = await digestOfFile(file, asked.algorithm, interruption);
  return isDigest(asked, found) ? [] : [`expected ${digestText(asked)}, got ${found}`];
}
