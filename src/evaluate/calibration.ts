import { brierScoreOf } from './brier-score.js';
import { calibrationErrorOf } from './calibration-error.js';
import { interceptLineOf, slopeLineOf } from './calibration-line.js';
import { logLossOf } from './log-loss.js';
import type { ScoreCells } from './score-cells.js';

/** How well probabilities agree with what is; see the functions of the same names. */
export interface CalibrationFigures {
  /** Mean cross-entropy of the probabilities, in nats: the loss, but for a temperature. */
  readonly log_loss: number;
  readonly brier: number;
  /** Expected calibration error over 15 bins of equal mass. */
  readonly ece: number;
  /** 1 where probabilities are neither too sure (below 1) nor not sure enough. */
  readonly calibration_slope: number | null;
  /** 0 where the mean probability is the share of tumour; above: there is more of it. */
  readonly calibration_intercept: number | null;
}

/** Probabilities before and after temperature scaling. */
export interface Calibration {
  /** What logits are divided by, fitted on the checkpoint's validation patches. */
  readonly temperature: number;
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
}

/** @param cells By log-odds of tumour. */
export function calibrationFigures(cells: ScoreCells): CalibrationFigures {
  return {
    log_loss: logLossOf(cells),
    brier: brierScoreOf(cells),
    ece: calibrationErrorOf(cells),
    calibration_slope: slopeLineOf(cells)?.slope ?? null,
    calibration_intercept: interceptLineOf(cells)?.intercept ?? null,
  };
}
