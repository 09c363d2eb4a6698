import { realpath } from 'node:fs/promises';
import { checkpointPath } from '../../checkpoint/checkpoint.js';
import type { BatchSource } from '../../data/batches.js';
import { UserError } from '../../errors.js';
import type { Terminal } from '../../terminal.js';
import { type Classifier, loadClassifier } from './load-classifier.js';
import { type ClassifierScoring, scoreClassifier } from './score-classifier.js';
import { rowsWithIdsOf, type Score, scoreOf } from './score-patches.js';

/** A checkpoint, or an exported file, of an ensemble; its weights stay on the disk until it scores. */
export interface Member extends Pick<Classifier, 'kind' | 'card' | 'validation' | 'fingerprints'> {
  /** As the user wrote it. */
  readonly path: string;
}

/**
 * Opens checkpoints to score with the mean of their logits; one alone is an ensemble as well.
 *
 * @param paths Checkpoints, run folders: their best ones, or exported files. At least one.
 * @throws {UserError} If one cannot be used or is there twice, or their classes differ.
 */
export async function openEnsemble(paths: readonly string[]): Promise<readonly Member[]> {
  const members = new Map<string, Member>();
  for (const path of paths) {
    const { kind, card, validation, fingerprints } = await loadClassifier(path);
    const file = await realpath(await checkpointPath(path));
    refuseTwin(path, members.get(file));
    const member = { path, kind, card, validation, fingerprints };
    refuseOtherClasses(member, [...members.values()][0] ?? member);
    members.set(file, member);
  }
  return [...members.values()];
}

/**
 * Scores patches with one checkpoint after the other, each prepared as its own card says. The engine
 * must have been started. One model is in memory at a time.
 *
 * @returns A score a patch that could be used each time, in the order given: the means of the logits,
 *   and their softmax.
 * @throws {UserError} If a checkpoint cannot be read, or a patch cannot be used and is not to be left
 *   out.
 * @throws {InterruptedError} If the signal is aborted.
 * @see Lakshminarayanan et al. 2017, arXiv:1612.01474
 */
export async function scoreEnsemble(
  members: readonly Member[],
  patches: readonly BatchSource[],
  scoring: ClassifierScoring,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Score[]> {
  const scores: Score[][] = [];
  let usable = patches;
  for (const [at, { path }] of members.entries()) {
    if (members.length > 1) terminal.note(`Checkpoint ${at + 1} of ${members.length}: "${path}"`);
    const classifier = await loadClassifier(path);
    const own = await scoreClassifier(classifier, usable, scoring, terminal, interruption);
    usable = rowsWithIdsOf(own, usable);
    scores.push(own);
  }
  return meanScores(scores.map((own) => rowsWithIdsOf(usable, own)));
}

/** The means over the members, patch by patch. */
function meanScores(members: readonly (readonly Score[])[]): Score[] {
  const meanLogit = (row: number, label: 0 | 1) =>
    members.reduce((sum, scores) => sum + (scores[row] as Score).logits[label], 0) / members.length;
  return (members[0] ?? []).map(({ id }, row) =>
    scoreOf(id, [meanLogit(row, 0), meanLogit(row, 1)]),
  );
}

function refuseTwin(path: string, twin: Member | undefined): void {
  if (twin === undefined) return;
  throw new UserError(
    `Cannot score with checkpoint "${path}": expected each checkpoint of an ensemble once, got "${twin.path}" before, which is the same file; name it once`,
  );
}

function refuseOtherClasses({ path, card }: Member, first: Member): void {
  const [classes, expected] = [card.classNames, first.card.classNames].map((n) => n.join(', '));
  if (classes === expected) return;
  throw new UserError(
    `Cannot score with checkpoint "${path}": expected the classes ${expected} as "${first.path}" has, got ${classes}; an ensemble needs the same classes in the same order`,
  );
}
