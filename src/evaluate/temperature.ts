import { fitLogistic } from './fit-logistic.js';
import type { Prediction } from './prediction.js';
import { scoreCells } from './score-cells.js';
import { checkedClasses } from './scored-labels.js';
import { sigmoid } from './sigmoid.js';

/**
 * The temperature that logits are divided by to make the probabilities of these patches as likely as
 * they can be. The ranking stays; above 1 the probabilities were too sure of themselves.
 *
 * @param margins Shape [n]. Log-odds of tumour, of patches that the model has not seen.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns Above 0; null where no temperature is best: the margins part the classes without a fault,
 *   or rank them no better than chance.
 * @throws {RangeError} As `rocAuc`.
 * @see Guo et al. 2017, arXiv:1706.04599
 */
export function fitTemperature(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  const cells = scoreCells(checkedClasses('fit a temperature', margins, labels));
  const start = { intercept: 0, slope: 0 };
  const line = fitLogistic(cells, { intercept: false, slope: true }, start);
  return line === null || line.slope <= 0 ? null : 1 / line.slope;
}

/** Predictions after a temperature: logits divided by it, and the probability that follows. */
export function calibrated<Scored extends Pick<Prediction, 'logits' | 'probability'>>(
  predictions: readonly Scored[],
  temperature: number | null,
): Scored[] {
  const divisor = temperature ?? 1;
  return predictions.map((prediction) => {
    const [normal, tumour] = prediction.logits.map((logit) => logit / divisor) as [number, number];
    return { ...prediction, logits: [normal, tumour], probability: sigmoid(tumour - normal) };
  });
}
