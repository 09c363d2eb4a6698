import { expect, it } from 'vitest';
import { figureNames } from '../../src/evaluate/evaluate-predictions.js';
import { evaluationText } from '../../src/report/evaluation-text.js';
import { outOfFoldText } from '../../src/report/out-of-fold-text.js';
import { evaluation } from './report-contents.js';

const of = (mean: number) => ({ mean, standard_deviation: 0.0141, count: 2 });

it('shows the pooled figures, each fold by its number, mean and spread, and what to mind', () => {
  const spread = Object.fromEntries(figureNames.map((name) => [name, of(0.9)])) as never;
  const text = outOfFoldText({
    ...evaluation,
    folds: [
      { ...evaluation, fold: 1, best_epoch: 3, examples: 480, roc_auc: 0.91 },
      { ...evaluation, fold: 3, best_epoch: null, examples: 520, roc_auc: null },
    ],
    spread: { ...(spread as object), roc_auc: { ...of(0.91), standard_deviation: null } } as never,
    notes: [
      'fold 2 is missing or not finished: its patches are not among these',
      'the figures flatter',
    ],
  });
  expect(text.startsWith(`${evaluationText(evaluation)}\n\n`)).toBe(true);
  expect(text.slice(evaluationText(evaluation).length + 2).split('\n')).toEqual([
    'fold                  best epoch  patches  ROC AUC  accuracy  sensitivity  specificity  log loss',
    '1                              3      480   0.9100    0.8800       0.8500       0.9000    0.2987',
    '3                              -      520      n/a    0.8800       0.8500       0.9000    0.2987',
    'mean                                 1000   0.9100    0.9000       0.9000       0.9000    0.9000',
    'standard deviation                             n/a    0.0141       0.0141       0.0141    0.0141',
    '',
    'Note: fold 2 is missing or not finished: its patches are not among these',
    'Note: the figures flatter',
  ]);
});
