import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.js';

/** `histo weights list|pull|convert|verify`. */
export function weightsCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const weights = new Command('weights').description(
    'list, fetch, convert or verify weights that a training starts from',
  );
  weights
    .command('list')
    .description('list the weights that histo knows, and which of them are in the cache')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const { listWeights } = await import('../recipes/weights/list-weights.js'); // late: help need not wait
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
      const { pullNamed } = await import('../recipes/weights/pull-weights.js');
      await pullNamed(name, { mirror: mirror ?? null }, terminal, interruption);
    });
  weights
    .command('convert')
    .description("write weights of PyTorch, Keras or tfjs as safetensors under torchvision's names")
    .argument('<file>', 'a .pth, .safetensors, .h5 or .keras file, or a model.json of tfjs')
    .requiredOption('--out <file>', 'the safetensors file to write')
    .addOption(strideFlag())
    .action(async (file: string, { out, stride }: { out: string; stride?: 'v1' | 'v1.5' }) => {
      const { convertWeights } = await import('../recipes/weights/convert-weights.js');
      const { registeredBytes } = await import('../weights/registry.js');
      const options = { file, out, stride: stride ?? null, known: registeredBytes };
      await convertWeights(options, terminal, interruption);
    });
  weights
    .command('verify')
    .description(
      'tell what weights are, and whether they are sound: their arrays, numbers and statistics',
    )
    .argument('<file or name>', 'a weights file, or a name of the list that has been pulled')
    .option('--json', 'as JSON')
    .action(async (fileOrName: string, { json }: { json?: true }) => {
      const { verifyWeights } = await import('../recipes/weights/verify-weights.js');
      await verifyWeights(fileOrName, json === true, terminal, interruption);
    });
  return weights;
}

/** `--stride`; never guessed. */
function strideFlag(): Option {
  return new Option(
    '--stride <variant>',
    'where a stage has its stride, if it is not known of the file: v1: in conv1; v1.5: in conv2',
  ).choices(['v1', 'v1.5']);
}
