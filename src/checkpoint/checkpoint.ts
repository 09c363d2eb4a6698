import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { fingerprintBytes } from '../check/fingerprint.js';
import type { KnownPatches } from '../check/recognise-patches.js';
import { UserError } from '../errors.js';
import type { NamedArray, StateDict } from '../model/state-dict.js';
import { parseJson } from '../parse-json.js';
import { shortened } from '../quote.js';
import { type CheckpointCard, cardSchema, type Progress, progressSchema } from './card.js';
import { refuseUnsound } from './refuse-unsound.js';
import {
  floatTensors,
  readSafetensors,
  type SafeTensor,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors.js';

/** A trained model, and what is needed to go on training it. */
export interface Checkpoint {
  readonly state: StateDict;
  readonly card: CheckpointCard;
  /** Velocities of the optimizer by parameter; null in a checkpoint that is only to be used. */
  readonly optimizer: StateDict | null;
  readonly progress: Progress | null;
  /** What the model said of its validation patches; null in one that is only to be gone on with. */
  readonly validation: ValidationScores | null;
  /**
   * The patches of both sides, 104 bytes each, to know them again, turned or encoded anew; null in
   * checkpoints of histo 0.1.
   */
  readonly fingerprints: KnownPatches | null;
}

/** Scores that thresholds are chosen on, so that no test set ever has to. */
export interface ValidationScores {
  /** Shape [n, 2]. */
  readonly logits: Float32Array;
  /** Shape [n]. 1 = tumour, 0 = normal. */
  readonly labels: Float32Array;
}

const shownFaults = 10;
const velocityPrefix = 'optimizer.velocity.';
const validationNames = { logits: 'validation.logits', labels: 'validation.labels' } as const;
const fingerprintNames = { train: 'fingerprints.train', valid: 'fingerprints.valid' } as const;

/**
 * Writes a checkpoint as one safetensors file, whole or not at all: tensors under their names,
 * velocities under `optimizer.velocity.`, scores under `validation.`, fingerprints (bytes) under
 * `fingerprints.`, card and progress as JSON in the metadata.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 * @throws {Error} If the card holds what could not be read back, such as a metric that is not finite.
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { state, card, optimizer, progress, validation, fingerprints } = checkpoint;
  const tensors = new Map<string, Omit<SafeTensor, 'dtype'>>(state);
  for (const [name, velocity] of optimizer ?? []) tensors.set(velocityPrefix + name, velocity);
  if (validation !== null) {
    const { logits, labels } = validation;
    tensors.set(validationNames.logits, { shape: [labels.length, 2], data: logits });
    tensors.set(validationNames.labels, { shape: [labels.length], data: labels });
  }
  if (fingerprints !== null) {
    tensors.set(fingerprintNames.train, fingerprintRows(fingerprints.train));
    tensors.set(fingerprintNames.valid, fingerprintRows(fingerprints.valid));
  }
  await writeSafetensors(path, tensors, {
    format: 'pt', // torch's layout; what readers of other projects look for
    histo: JSON.stringify(cardSchema.parse(card)),
    ...(progress === null ? {} : { progress: JSON.stringify(progressSchema.parse(progress)) }),
  });
}

function fingerprintRows(data: Uint8Array) {
  return { shape: [data.length / fingerprintBytes, fingerprintBytes], data };
}

/**
 * Reads a checkpoint, or the best one of a run folder.
 *
 * @param pathOrRun A file that `saveCheckpoint` wrote, or a folder that holds `best.safetensors`.
 * @throws {UserError} If there is none, or it is damaged or no checkpoint of histo's.
 */
export async function loadCheckpoint(pathOrRun: string): Promise<Checkpoint> {
  const path = await checkpointPath(pathOrRun);
  const file = await readSafetensors(path);
  const card = file.metadata.get('histo');
  if (card === undefined) {
    throw new UserError(
      `Cannot load checkpoint "${path}": expected one that histo wrote, got other weights; train with --weights "${path}" to start from them`,
    );
  }
  const progress = file.metadata.get('progress');
  const floats = floatTensors(file);
  refuseUnsound(path, floats);
  const validation = takeValidation(path, floats);
  const state = new Map<string, NamedArray>();
  const optimizer = new Map<string, NamedArray>();
  for (const [name, array] of floats) {
    if (name.startsWith(velocityPrefix)) optimizer.set(name.slice(velocityPrefix.length), array);
    else state.set(name, array);
  }
  return {
    state,
    card: parseCard(path, card),
    optimizer: optimizer.size === 0 ? null : optimizer,
    progress:
      progress === undefined ? null : parseMetadata(path, 'progress', progress, progressSchema),
    validation,
    fingerprints: fingerprintsIn(file),
  };
}

/**
 * Reads a card as a checkpoint and what is exported from it hold it.
 *
 * @param path Of the file, for the error.
 * @throws {UserError} If it is damaged or from a newer histo.
 */
export function parseCard(path: string, json: string): CheckpointCard {
  return parseMetadata(path, 'histo', json, cardSchema);
}

/** Null where there are none, or those of a histo that looks at patches in another way. */
function fingerprintsIn({ tensors }: SafetensorsFile): KnownPatches | null {
  const [train, valid] = [fingerprintNames.train, fingerprintNames.valid].map((name) => {
    const { data, shape } = tensors.get(name) ?? {};
    // a copy, as a view would hold the whole file in memory
    return data instanceof Uint8Array && shape?.[1] === fingerprintBytes ? data.slice() : null;
  });
  return train && valid ? { train, valid } : null;
}

/** Takes the scores out of the tensors; null where there are none. */
function takeValidation(path: string, tensors: Map<string, NamedArray>): ValidationScores | null {
  const [logits, labels] = [validationNames.logits, validationNames.labels].map((name) => {
    const tensor = tensors.get(name);
    tensors.delete(name);
    return tensor?.data;
  });
  if (logits === undefined || labels === undefined) return null;
  const isSound = logits.length === 2 * labels.length && labels.every((y) => y === 0 || y === 1);
  if (isSound) return { logits, labels };
  throw damaged(path, 'two logits and a label of 0 or 1 a patch, got others');
}

/**
 * The file of a checkpoint, or of a run folder's best one.
 *
 * @throws {UserError} If there is none.
 */
export async function checkpointPath(pathOrRun: string): Promise<string> {
  const found = await stat(pathOrRun).catch(() => null);
  if (found === null) {
    throw new UserError(
      `Cannot load checkpoint "${pathOrRun}": expected a file or the folder of a run, got nothing there: check the path`,
    );
  }
  if (!found.isDirectory()) return pathOrRun;
  const best = join(pathOrRun, 'best.safetensors');
  if ((await stat(best).catch(() => null)) !== null) return best;
  throw new UserError(
    `Cannot load checkpoint "${pathOrRun}": expected best.safetensors in it, got none: it is written after a run's first epoch; name another folder or a file`,
  );
}

function parseMetadata<T>(path: string, key: string, json: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (error) {
    throw damaged(path, `JSON in "${key}" of its metadata, got other text`, error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${shortened([key, ...issue.path].join('.'))}: ${shortened(issue.message)}`,
  );
  throw damaged(
    path,
    `metadata as histo writes it, got ${faults.slice(0, shownFaults).join('; ')}`,
    parsed.error,
  );
}

function damaged(path: string, expected: string, cause?: unknown): UserError {
  return new UserError(
    `Cannot load checkpoint "${path}": expected ${expected}: it is damaged or from a newer histo; update histo or train again`,
    { cause },
  );
}
