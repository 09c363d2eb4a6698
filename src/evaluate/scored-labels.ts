/** Scores and labels of the same patches, checked. */
export interface ScoredLabels {
  /** Shape [n], float64, all finite. */
  readonly scores: Float64Array;
  /** Shape [n], 1 = tumour, 0 = normal. */
  readonly labels: Uint8Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Checks that scores and labels belong together.
 *
 * @param act What the caller wants to do, for the error: "compute ROC AUC".
 * @throws {RangeError} If lengths differ, there are none, a score is not finite, or a label is not
 *   0 or 1.
 */
export function checkedScores(
  act: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): ScoredLabels {
  const fail = (expected: string, got: string): never => {
    throw new RangeError(`Cannot ${act}: expected ${expected}, got ${got}`);
  };
  if (scores.length !== labels.length) {
    fail('a label for each score', `${scores.length} scores and ${labels.length} labels`);
  }
  if (labels.length === 0) fail('at least one patch', 'none');
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isFinite(scores[i])) fail('finite scores', `${scores[i]} at index ${i}`);
    if (labels[i] !== 0 && labels[i] !== 1) fail('labels 0 and 1', `${labels[i]} at index ${i}`);
    positives += labels[i] as number;
  }
  return {
    scores: Float64Array.from(scores),
    labels: Uint8Array.from(labels),
    positives,
    negatives: labels.length - positives,
  };
}

/**
 * The same, where the figure has no value unless both classes are there.
 *
 * @throws {RangeError} As `checkedScores`, or if a class is absent.
 */
export function checkedClasses(
  act: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): ScoredLabels {
  const checked = checkedScores(act, scores, labels);
  if (checked.positives > 0 && checked.negatives > 0) return checked;
  throw new RangeError(
    `Cannot ${act}: expected both classes, got ${checked.positives} positive and ${checked.negatives} negative`,
  );
}
