import { Command, Option } from 'commander';
import { architectureNames } from '../config/schema.js';
import { UserError } from '../errors.js';
import { benchText } from '../report/bench-text.js';
import type { Terminal } from '../terminal.js';
import { engineFlag, positiveInteger, precisionFlag } from './flags.js';

interface Flags {
  readonly arch: (typeof architectureNames)[number];
  readonly batchSize: number;
  readonly crop: number;
  readonly rounds: number;
  readonly precision: 'auto' | 'float32' | 'bfloat16' | 'float16';
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly labels?: string;
  readonly images?: string;
  readonly json?: true;
}

/** `histo bench`. */
export function benchCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('bench')
    .description('Measure how fast this machine trains, scores and reads patches')
    .addOption(
      new Option('--arch <name>', 'the network').choices(architectureNames).default('resnet50'),
    )
    .option('--batch-size <n>', 'patches a step', positiveInteger, 64)
    .option('--crop <px>', 'side of a patch', positiveInteger, 49)
    .option(
      '--rounds <n>',
      'rounds of five batches, of which the median counts',
      positiveInteger,
      5,
    )
    .addOption(precisionFlag().default('auto'))
    .addOption(engineFlag())
    .option('--labels <file>', 'labels of patches to measure the loader on')
    .option('--images <folder>', 'their folder')
    .option('--json', 'one JSON object on standard output')
    .action(async ({ labels, images, crop, ...flags }: Flags) => {
      if ((labels === undefined) !== (images === undefined)) {
        throw new UserError(
          'Cannot measure the loader: expected --labels and --images together, got one of them; give both or none',
        );
      }
      const { bench } = await import('../recipes/bench.js');
      const data = labels === undefined || images === undefined ? null : { labels, images };
      const report = await bench({ ...flags, cropPx: crop, data }, terminal, interruption);
      terminal.result(flags.json ? JSON.stringify(report) : benchText(report));
    });
}
