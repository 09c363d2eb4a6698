import { Command, Option } from 'commander';
import { counted } from '../counted.js';
import type { ProbabilityFormat } from '../report/predictions-csv.js';
import type { Terminal } from '../terminal.js';
import {
  ensembleFlag,
  onBadPatchFlag,
  positiveInteger,
  precisionFlag,
  scoringEngineFlag,
  ttaFlag,
} from './flags.js';

interface Flags {
  readonly images: string;
  readonly out: string;
  readonly format: ProbabilityFormat;
  readonly onBadPatch: 'fail' | 'skip';
  readonly ensemble: readonly string[];
  readonly tta?: 'd4';
  readonly batchSize: number;
  readonly precision: 'auto' | 'float32' | 'bfloat16' | 'float16';
  readonly engine: 'auto' | 'native' | 'onnx' | 'wasm';
}

/** `histo predict`: scores the patches of a folder. */
export function predictCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('predict')
    .description('Score every patch of a folder with a checkpoint')
    .argument(
      '<checkpoint>',
      'a .safetensors checkpoint, a run folder: its best one, or an .onnx file that histo exported',
    )
    .requiredOption('--images <folder>', 'folder of patches; a file name without ending is the id')
    .requiredOption('--out <file>', 'CSV to write')
    .addOption(
      new Option('--format <name>', 'columns id,probability, or id,label as Kaggle takes them')
        .choices(['probability', 'kaggle'])
        .default('probability'),
    )
    .addOption(onBadPatchFlag())
    .addOption(ensembleFlag())
    .addOption(ttaFlag())
    .option('--batch-size <n>', 'patches at a time', positiveInteger, 64)
    .addOption(precisionFlag())
    .addOption(scoringEngineFlag())
    .action(async (checkpoint: string, flags: Flags) => {
      const { predict } = await import('../recipes/score/predict.js');
      const { scored, skipped } = await predict(
        { ...flags, checkpoint, tta: flags.tta ?? null },
        terminal,
        interruption,
      );
      const leftOut = skipped === 0 ? '' : `, ${skipped} left out`;
      terminal.result(
        `${counted(scored, 'patch', 'patches')} scored${leftOut}, written to ${flags.out}`,
      );
    });
}
