import { Command } from 'commander';
import { UserError } from '../errors.js';
import { compareText } from '../report/compare-text.js';
import type { Terminal } from '../terminal.js';

interface Flags {
  readonly labels?: string;
  readonly groupColumn?: string;
  readonly images?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `histo compare`: two models on the same patches. */
export function compareCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('compare')
    .description('Compare two models by their predictions for the same patches')
    .argument('<a>', 'folder of an evaluation or of a run, or a CSV file of predictions')
    .argument('<b>', 'the same of the other model')
    .option('--labels <file>', 'CSV with the columns id and label; needed for id,probability files')
    .option('--group-column <name>', 'its column of slides or patients, which are drawn as a whole')
    .option('--images <folder>', 'folder of the patches, for pictures of those that differ most')
    .option('--out <folder>', 'write compare.json and compare.html there')
    .option('--json', 'print the comparison as one JSON object')
    .action(async (first: string, second: string, flags: Flags) => {
      refuseIdle(flags);
      const { compare } = await import('../recipes/compare.js');
      const report = await compare(
        {
          first,
          second,
          labels: flags.labels ?? null,
          groupColumn: flags.groupColumn ?? null,
          images: flags.images ?? null,
          out: flags.out ?? null,
        },
        terminal,
        interruption,
      );
      terminal.result(flags.json ? JSON.stringify(report) : compareText(report));
    });
}

/** Flags that would do nothing without another one. */
function refuseIdle({ labels, groupColumn, images, out }: Flags): void {
  if (groupColumn !== undefined && labels === undefined) {
    throw new UserError(
      `Cannot use --group-column ${groupColumn}: expected --labels FILE that has it, got none; add it`,
    );
  }
  if (images !== undefined && out === undefined) {
    throw new UserError(
      `Cannot show patches of "${images}": expected --out FOLDER for the page that shows them, got none; add it`,
    );
  }
}
