import { Command } from 'commander';
import type { Terminal } from '../terminal.js';

/** `histo weights list|pull|verify`. */
export function weightsCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const weights = new Command('weights').description(
    'list, fetch or verify weights that a training starts from',
  );
  weights
    .command('list')
    .description('list the weights that histo knows, and which of them are in the cache')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const { listWeights } = await import('../recipes/list-weights.js'); // late: help need not wait
      listWeights(json === true, terminal);
    });
  weights
    .command('pull')
    .description('download weights, verify them, keep them in the cache of this user')
    .argument('<name>', 'a name of the list, such as torchvision/resnet50.imagenet1k_v1')
    .option(
      '--mirror <url>',
      'a folder that holds the files under their own names; default: HISTO_WEIGHTS_MIRROR, else their servers',
    )
    .action(async (name: string, { mirror }: { mirror?: string }) => {
      const { pullNamed } = await import('../recipes/pull-weights.js');
      await pullNamed(name, { mirror: mirror ?? null }, terminal, interruption);
    });
  return weights;
}
