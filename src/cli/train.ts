import { Command } from 'commander';
import { defaultPreset, presetNames } from '../config/presets.js';
import type { TrainOptions } from '../recipes/train/train.js';
import { foldsText } from '../report/folds-text.js';
import { trainingText } from '../report/training-text.js';
import type { Terminal } from '../terminal.js';
import { addConfigFlags, configFlagsIn } from './config-flags.js';

interface Flags {
  readonly out: string;
  readonly preset?: string;
  readonly config?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** `histo train`: fine-tunes a classifier into a run folder. */
export function trainCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const command = new Command('train')
    .description('Fine-tune a classifier on labelled patches')
    .requiredOption('--out <run>', 'folder for the checkpoints, the log and the predictions')
    .option(
      '--preset <name>',
      `start from ${presetNames.join(', ')}; the defaults below are those of ${defaultPreset}`,
    )
    .option('--config <file>', 'JSON file with any of the settings below; flags win over it')
    .option('--resume', 'go on with the run in --out, as its config.json says')
    .option('--json', 'print the summary as one JSON object');
  return addConfigFlags(command).action(async (flags: Flags) => {
    const options: TrainOptions = {
      folder: flags.out,
      resume: flags.resume === true,
      config: {
        preset: flags.preset ?? null,
        configFile: flags.config ?? null,
        flags: configFlagsIn({ ...flags }),
      },
    };
    const { trainFolds } = await import('../recipes/train/train-folds.js'); // late: help need not wait
    const summary = await trainFolds(options, terminal, interruption);
    const text = () => ('folds' in summary ? foldsText(summary) : trainingText(summary));
    terminal.result(flags.json ? JSON.stringify(summary) : text());
  });
}
