import { Command } from 'commander';
import { checkGates, type Gate, parseGate } from '../evaluate/gates.js';
import { evaluationText } from '../report/evaluation-text.js';
import { withLeakage } from '../report/leakage-text.js';
import type { Terminal } from '../terminal.js';
import { engineFlag, ensembleFlag, positiveInteger, precisionFlag, ttaFlag } from './flags.js';

interface Flags {
  readonly labels: string;
  readonly images: string;
  readonly limit?: number;
  readonly groupColumn?: string;
  readonly allowLeakage?: true;
  readonly ensemble: readonly string[];
  readonly tta?: 'd4';
  readonly batchSize: number;
  readonly precision: 'auto' | 'float32' | 'bfloat16' | 'float16';
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly out?: string;
  readonly failUnder: readonly Gate[];
  readonly json?: boolean;
}

/** `histo eval`: scores a checkpoint on labelled patches. */
export function evalCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const gates: Gate[] = [];
  return new Command('eval')
    .description('Score a checkpoint on labelled patches')
    .argument('<checkpoint>', 'a .safetensors checkpoint, or a run folder: its best one')
    .requiredOption('--labels <file>', 'CSV with the columns id and label')
    .requiredOption('--images <folder>', 'folder with one patch an id')
    .option('--limit <n>', 'use the first patches of the labels only', positiveInteger)
    .option('--group-column <name>', 'column of the labels that names the slide or patient')
    .option('--allow-leakage', 'go on though patches or slides were trained on, and say so')
    .addOption(ensembleFlag())
    .addOption(ttaFlag())
    .option('--batch-size <n>', 'patches at a time', positiveInteger, 64)
    .addOption(precisionFlag())
    .addOption(engineFlag())
    .option('--out <folder>', 'write metrics.json and predictions.csv there')
    .option(
      '--fail-under <metric=value>',
      'exit 3 if a figure is worse than this; may be given again',
      (text) => gates.push(parseGate(text)),
    )
    .option('--json', 'print the figures as one JSON object')
    .action(async (checkpoint: string, flags: Flags) => {
      const { evaluate } = await import('../recipes/evaluate.js');
      const report = await evaluate(
        {
          ...flags,
          checkpoint,
          tta: flags.tta ?? null,
          limit: flags.limit ?? null,
          groupColumn: flags.groupColumn ?? null,
          allowLeakage: flags.allowLeakage === true,
          out: flags.out ?? null,
        },
        terminal,
        interruption,
      );
      const text = () => withLeakage(report.leakage?.text ?? null, evaluationText(report));
      terminal.result(flags.json ? JSON.stringify(report) : text());
      checkGates(report, gates);
    });
}
