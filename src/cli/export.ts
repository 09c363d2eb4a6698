import { Command, Option } from 'commander';
import { counted } from '../counted.js';
import { type ExportFormatName, exportFormatNames } from '../recipes/export/export-format.js';
import type { Terminal } from '../terminal.js';
import { engineFlag } from './flags.js';

interface Flags {
  readonly format: ExportFormatName;
  readonly out: string;
  readonly force?: true;
  readonly bare?: true;
  readonly fold: boolean;
  readonly images?: string;
  readonly engine: 'auto' | 'native' | 'wasm';
}

/** `histo export`: a checkpoint for other programs. */
export function exportCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('export')
    .description(
      'Write a checkpoint in a format of other programs, and compare it before it is kept',
    )
    .argument('<checkpoint>', 'a .safetensors checkpoint, or a run folder: its best one')
    .addOption(
      new Option('--format <name>', 'what to write')
        .choices(exportFormatNames)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'file to write; a folder for saved-model, tfjs and web')
    .option('--force', 'replace a file that is no older export of this format')
    .option('--bare', 'onnx: take normalised images [n, 3, h, w] and give logits alone')
    .option('--no-fold', 'onnx: keep BatchNorm as layers of its own')
    .option('--images <folder>', 'patches to compare on, the first 64; eight come with histo')
    .addOption(engineFlag())
    .action(async (checkpoint: string, { format, ...flags }: Flags) => {
      const [{ exportCheckpoint, exportTolerance }, { exportFormats }] = await Promise.all([
        import('../recipes/export/export.js'),
        import('../recipes/export/export-formats.js'),
      ]);
      const { patches, logitGap } = await exportCheckpoint(
        {
          checkpoint,
          format: exportFormats[format],
          out: flags.out,
          isForced: flags.force === true,
          isBare: flags.bare === true,
          isFolded: flags.fold,
          images: flags.images ?? null,
          engine: flags.engine,
        },
        terminal,
        interruption,
      );
      const found = counted(patches, 'patch', 'patches');
      const gap =
        logitGap === 0
          ? 'are those of the checkpoint'
          : `differ from the checkpoint's by at most ${logitGap.toExponential(1)} of the largest (${exportTolerance.toExponential()} is let through)`;
      terminal.result(`${format} written to ${flags.out}: on ${found} its logits ${gap}`);
    });
}
