import { fitLogistic, type LogisticLine } from './fit-logistic.js';
import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedScores } from './scored-labels.js';

/**
 * Calibration slope: the slope of a logistic regression of the label on the margin. Below 1 the
 * probabilities are too sure of themselves, above 1 not sure enough.
 *
 * @param margins Shape [n]. Log-odds of tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns Null where there is no finite slope: a class is absent, the margins part the classes
 *   without a fault, or are all the same.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @see Van Calster et al. 2019, doi:10.1186/s12916-019-1466-7
 */
export function calibrationSlope(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  const checked = checkedScores('compute the calibration slope', margins, labels);
  return slopeLineOf(scoreCells(checked))?.slope ?? null;
}

/**
 * Calibration intercept (calibration in the large): the intercept of the same regression with the
 * slope held at 1. Above 0 there is more tumour than the probabilities say, below 0 less.
 *
 * @returns Null where a class is absent.
 * @throws {RangeError} As `calibrationSlope`.
 * @see Van Calster et al. 2019, doi:10.1186/s12916-019-1466-7
 */
export function calibrationIntercept(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  const checked = checkedScores('compute the calibration intercept', margins, labels);
  return interceptLineOf(scoreCells(checked))?.intercept ?? null;
}

/** The line of {@link calibrationSlope}; `near` is a line close to it, for speed. */
export function slopeLineOf(
  cells: ScoreCells,
  near: LogisticLine = { intercept: 0, slope: 0 }, // from where Newton's method finds any slope
  precision?: number,
): LogisticLine | null {
  return fitLogistic(cells, { intercept: true, slope: true }, near, precision);
}

/** The line of {@link calibrationIntercept}. */
export function interceptLineOf(
  cells: ScoreCells,
  near: LogisticLine = { intercept: 0, slope: 1 },
  precision?: number,
): LogisticLine | null {
  return fitLogistic(cells, { intercept: true, slope: false }, near, precision);
}
