import { Command } from 'commander';
import { UserError } from '../errors.js';
import type { ThresholdRule } from '../evaluate/choose-threshold.js';
import type { Gate } from '../evaluate/gates.js';
import { scoredText } from '../report/scored-text.js';
import type { Terminal } from '../terminal.js';
import { type Evaluated, evaluatedFolds, isOfFolds, oneCheckpoint } from './eval-folds.js';
import {
  ensembleFlag,
  onBadPatchFlag,
  positiveInteger,
  precisionFlag,
  scoringEngineFlag,
  shareOfOne,
  ttaFlag,
} from './flags.js';
import { moreGates } from './gate-flags.js';

interface Flags {
  readonly labels?: string;
  readonly images?: string;
  readonly groupColumn?: string;
  readonly limit?: number;
  readonly atSensitivity?: number;
  readonly atSpecificity?: number;
  readonly allowLeakage?: true;
  readonly onBadPatch: 'fail' | 'skip';
  readonly ensemble: readonly string[];
  readonly tta?: 'd4';
  readonly batchSize: number;
  readonly precision: 'auto' | 'float32' | 'bfloat16' | 'float16';
  readonly engine: 'auto' | 'native' | 'onnx' | 'wasm';
  readonly out?: string;
  readonly png?: true;
  readonly failUnder?: readonly Gate[];
  readonly failUnderLower?: readonly Gate[];
  readonly baseline?: string;
  /** False with `--no-regression`: so commander takes a flag that begins with `no`. */
  readonly regression: boolean;
  readonly junit?: string;
  readonly json?: boolean;
}

/** `histo eval`: scores a checkpoint on labelled patches, or sums up the folds of a run. */
export function evalCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('eval')
    .description('Score a checkpoint on labelled patches, or sum up the folds of a run')
    .argument(
      '<checkpoint...>',
      'a .safetensors checkpoint, a run folder: its best one, or an .onnx file that histo exported; without --labels, a folder of folds or the folds themselves',
    )
    .option('--labels <file>', 'CSV with the columns id and label')
    .option('--images <folder>', 'folder with one patch an id')
    .option(
      '--group-column <name>',
      'column of the labels that names the slide or patient: intervals are by slide then',
    )
    .option('--limit <n>', 'use the first patches of the labels only', positiveInteger)
    .option('--allow-leakage', 'go on though patches or slides were trained on, and say so')
    .addOption(onBadPatchFlag())
    .addOption(ensembleFlag())
    .addOption(ttaFlag())
    .option('--batch-size <n>', 'patches at a time', positiveInteger, 64)
    .addOption(precisionFlag())
    .addOption(scoringEngineFlag())
    .option(
      '--at-sensitivity <share>',
      'also at the highest threshold that has this sensitivity on the validation patches',
      shareOfOne,
    )
    .option(
      '--at-specificity <share>',
      'also at the lowest threshold that has this specificity on the validation patches',
      shareOfOne,
    )
    .option('--out <folder>', 'write metrics.json, predictions.csv and report.html there')
    .option('--png', 'write the plots of the report as PNG too; needs --out')
    .option(
      '--fail-under <metric=value,...>',
      'exit 3 if a figure is worse than this; may be given again',
      moreGates('figure'),
    )
    .option(
      '--fail-under-lower <metric=value,...>',
      'the same for the worse end of its 95 % interval: the lower one; the upper one of loss, log_loss, brier and ece',
      moreGates('worse end'),
    )
    .option(
      '--baseline <path>',
      'compare the ROC AUC with that of an evaluation folder, a run folder or a predictions CSV of the same patches',
    )
    .option('--no-regression', 'exit 3 if it is significantly below that of the baseline')
    .option('--junit <file>', 'write the gates as JUnit XML, a test case each')
    .option('--json', 'print the figures as one JSON object')
    .action(async (checkpoints: readonly string[], flags: Flags) => {
      refuseIdle(flags);
      const { holdToGates, prepareGates } = await import('../recipes/score/hold-to-gates.js');
      const baseline = flags.baseline ?? null;
      const junit = flags.junit ?? null;
      const gates = [...(flags.failUnder ?? []), ...(flags.failUnderLower ?? [])];
      const gateOptions = { gates, baseline, noRegression: !flags.regression, junit };
      await prepareGates(gateOptions);
      const startedMs = performance.now();
      const { report, curves, textOf } = isOfFolds(flags)
        ? await evaluatedFolds(checkpoints, flags, interruption)
        : await evaluatedCheckpoint(checkpoints, flags, terminal, interruption);
      const roc = terminal.drawsResults ? curves.roc : null;
      terminal.result(flags.json ? JSON.stringify(report) : textOf({ roc }));
      await holdToGates(report, gateOptions, (performance.now() - startedMs) / 1000, terminal);
    });
}

async function evaluatedCheckpoint(
  checkpoints: readonly string[],
  flags: Flags,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Evaluated> {
  const { evaluate } = await import('../recipes/score/evaluate.js');
  const { prepareOutputs } = await import('../recipes/score/prepare-outputs.js');
  const one = oneCheckpoint(checkpoints, flags);
  const paths = { baseline: flags.baseline ?? null, out: flags.out ?? null };
  const junit = flags.junit ?? null;
  const all = [one.checkpoint, ...flags.ensemble];
  await prepareOutputs({ ...paths, checkpoints: all, labels: one.labels, junit });
  const { report, curves } = await evaluate(
    {
      ...flags,
      ...one,
      ...paths,
      groupColumn: flags.groupColumn ?? null,
      allowLeakage: flags.allowLeakage === true,
      thresholds: thresholdRules(flags),
      tta: flags.tta ?? null,
      limit: flags.limit ?? null,
      png: flags.png === true,
    },
    terminal,
    interruption,
  );
  return { report, curves, textOf: (options) => scoredText(report, options) };
}

function thresholdRules({ atSensitivity, atSpecificity }: Flags): ThresholdRule[] {
  return [
    ...(atSensitivity === undefined
      ? []
      : [{ kind: 'sensitivity', atLeast: atSensitivity } as const]),
    ...(atSpecificity === undefined
      ? []
      : [{ kind: 'specificity', atLeast: atSpecificity } as const]),
  ];
}

/** Plots go beside a report. */
function refuseIdle({ png, out }: Flags): void {
  if (png !== true || out !== undefined) return;
  throw new UserError(
    'Cannot use --png: expected --out FOLDER for the plots, got none; add it, or leave --png out',
  );
}
